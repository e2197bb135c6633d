import { connect, createServer, type Socket } from "node:net";

/** What a fault does to the next commit that passes. */
export type Fault = "lose the answer" | "cut before";

/** A line to PostgreSQL that breaks when it is told to. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** Breaks the line at the next commit: its answer is lost, or it never arrives. */
  breakAtCommit(fault: Fault): void;
  /** Cuts all connections and takes no others, as a database that restarts does, until it is disposed of. */
  interrupt(): Disposable & {
    /** Resolves when the first connection since was not taken. */
    readonly refused: Promise<void>;
  };
}

/** Opens a line to where a URL leads. */
export async function openFaultyProxy(target: URL): Promise<FaultyProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let next: Fault | undefined;
  let down: PromiseWithResolvers<void> | undefined;

  const server = createServer((client) => {
    if (down) {
      client.destroy();
      return down.resolve();
    }
    const database = connect(Number(target.port || 5432), target.hostname);
    const pair = [client, database] as const;
    pairs.add(pair);
    let losing = false;
    client.on("data", (bytes) => {
      const fault = bytes.includes("commit\0") ? next : undefined;
      if (fault) next = undefined;
      if (fault === "cut before") return cut(pair);
      losing = fault === "lose the answer";
      database.write(bytes);
    });
    database.on("data", (bytes) => {
      if (losing) cut(pair);
      else client.write(bytes);
    });
    for (const socket of pair) socket.on("error", () => {}).on("close", () => cut(pair));
  });

  function cut(pair: readonly [Socket, Socket]): void {
    pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    breakAtCommit(fault) {
      next = fault;
    },
    interrupt() {
      down = Promise.withResolvers();
      for (const pair of pairs) cut(pair);
      return {
        refused: down.promise,
        [Symbol.dispose]() {
          down = undefined;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) cut(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
