import { type Contestant, type Listener, read } from "./contestants.ts";
import type { StatementRelay } from "./statement-relay.ts";
import { traceWrites, type Writes } from "./trace-writes.ts";

const WARM_UP_COUNT = 50;
const COUNT = 100;

/** What one request costs, when requests are made one after another. */
export interface Costs {
  readonly statements: number;
  /** Statements that PostgreSQL had to parse. */
  readonly parsed: number;
  /** Writes to sockets; undefined without `strace`. */
  readonly server: Writes | undefined;
  readonly gateway: Writes | undefined;
}

/** Counts the statements and the writes of a contestant whose connections to PostgreSQL go through the relay. */
export async function countCosts(
  contestant: Contestant,
  path: string,
  relay: StatementRelay,
): Promise<Costs> {
  const readMany = async (count: number) => {
    for (let n = 0; n < count; n++) await read(contestant, path);
  };
  await readMany(WARM_UP_COUNT);
  const before = relay.statements();
  await readMany(COUNT);
  const after = relay.statements();
  const writesOf = (listener: Listener | undefined) =>
    listener && Bun.which("strace") ? traceWrites(listener, () => readMany(COUNT)) : undefined;
  return {
    statements: (after.executed - before.executed) / COUNT,
    parsed: (after.parsed - before.parsed) / COUNT,
    server: perRequest(await writesOf(contestant.server)),
    gateway: perRequest(await writesOf(contestant.gateway)),
  };
}

function perRequest(writes: Writes | undefined): Writes | undefined {
  return writes && { answers: writes.answers / COUNT, others: writes.others / COUNT };
}
