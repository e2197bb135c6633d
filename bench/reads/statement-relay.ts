import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Messages of the PostgreSQL protocol from clients so far. */
export interface Statements {
  /** Executed statements (`Execute` and `Query`). */
  readonly executed: number;
  /** Statements that PostgreSQL had to parse (`Parse` and `Query`): prepared ones are parsed once. */
  readonly parsed: number;
}

export interface StatementRelay extends AsyncDisposable {
  /** The URL of the same database through the relay. */
  readonly url: string;
  statements(): Statements;
}

/** Listens before PostgreSQL and counts the statements of unencrypted connections. */
export async function startStatementRelay(databaseUrl: string): Promise<StatementRelay> {
  const url = new URL(databaseUrl);
  const [host, port] = [url.hostname, Number(url.port || 5_432)];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(port, host);
    const take = createMessageCounter((type) => counts.set(type, (counts.get(type) ?? 0) + 1));
    client.on("data", take).pipe(database).pipe(client);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const sum = (types: string) => [...types].reduce((all, type) => all + (counts.get(type) ?? 0), 0);
  return {
    url: url.href,
    statements: () => ({ executed: sum("EQ"), parsed: sum("PQ") }),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Calls `count` with the type of each message but the first, which has no type. */
function createMessageCounter(count: (type: string) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let isStarted = false;
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const lengthAt = isStarted ? 1 : 0;
      if (pending.length < lengthAt + 4) return;
      const end = lengthAt + pending.readUInt32BE(lengthAt);
      if (pending.length < end) return;
      if (isStarted) count(pending.toString("latin1", 0, 1));
      isStarted = true;
      pending = pending.subarray(end);
    }
  };
}
