import pg from "pg";

/** The result of a statement, in the shape of pg's. */
export interface StatementResult {
  readonly command: string | null;
  readonly rowCount: number | null;
  readonly rows: Record<string, unknown>[];
}

type Callback = (error: Error | null, result?: StatementResult) => void;

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** The messages of the extended protocol, which the types of pg leave out. */
interface Wire {
  /** The texts of the statements that PostgreSQL has confirmed, by their names. */
  readonly parsedStatements: Readonly<Record<string, string>>;
  bind(message: { statement: string; values: readonly unknown[] }): void;
  execute(): void;
  sync(): void;
}

/** What pg's own query has, which its types leave out. */
interface BaseQuery {
  name: string;
  callback: Callback;
  readonly _result: { readonly command: string | null; readonly rowCount: number | null };
  prepare(wire: Wire): void;
  hasBeenParsed(wire: Wire): boolean;
}

const Base = pg.Query as unknown as new (
  text: string,
  values: readonly unknown[],
  callback: Callback,
) => BaseQuery;

const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } })
  .utils;

/** The columns of the statements that each connection has described, by the statement's name. */
const described = new WeakMap<Wire, Map<string, readonly Column[]>>();

/**
 * An execution of a prepared statement that a connection describes once. pg's own query has each
 * execution described, and copies its configuration; both cost more than to read a row.
 *
 * A connection never gives a statement other columns: if a table was changed, PostgreSQL refuses the
 * execution ("cached plan must not change result type").
 */
export class NamedQuery extends Base {
  readonly #values: readonly unknown[];
  readonly #rows: Record<string, unknown>[] = [];
  #columns: readonly Column[] = [];
  #wire: Wire | undefined;
  #fault: Error | undefined;

  constructor(name: string, text: string, values: readonly unknown[], callback: Callback) {
    // Converted before anything is sent, because a value that cannot be would leave the connection waiting.
    const converted = values.map(wireValue);
    super(text, converted, callback);
    this.name = name;
    this.#values = converted;
  }

  /** Whether PostgreSQL has ever confirmed the statement on this connection. */
  get isParsed(): boolean {
    return this.#wire?.parsedStatements[this.name] !== undefined;
  }

  override prepare(wire: Wire): void {
    this.#wire = wire;
    const columns = described.get(wire)?.get(this.name);
    if (!columns || !this.hasBeenParsed(wire)) {
      super.prepare(wire);
      return;
    }
    this.#columns = columns;
    wire.bind({ statement: this.name, values: this.#values });
    wire.execute();
    wire.sync();
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }) {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: pg.types.getTypeParser(dataTypeID),
    }));
    if (!this.#wire) return;
    described.getOrInsertComputed(this.#wire, () => new Map()).set(this.name, this.#columns);
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    try {
      this.#rows.push(this.#parseRow(fields));
    } catch (error) {
      this.#fault ??= error as Error;
    }
  }

  #parseRow(fields: readonly (string | null)[]): Record<string, unknown> {
    const row: Record<string, unknown> = {};
    for (const [index, { name, parse }] of this.#columns.entries()) {
      const text = fields[index] ?? null;
      row[name] = text === null ? null : parse(text);
    }
    return row;
  }

  handleReadyForQuery(): void {
    const { command, rowCount } = this._result;
    if (this.#fault) this.callback(this.#fault);
    else this.callback(null, { command, rowCount, rows: this.#rows });
  }
}

/** The characters of a time in ISO 8601 that PostgreSQL understands too: the year has four digits. */
const ISO_TIME_CHARS = 24;

/** Times are sent in UTC, which takes a tenth of the time that pg takes for the local time. */
function wireValue(value: unknown): unknown {
  if (!(value instanceof Date)) return prepareValue(value);
  const time = value.toISOString();
  return time.length === ISO_TIME_CHARS ? time : prepareValue(value);
}
