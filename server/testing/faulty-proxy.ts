import { connect, createServer, type Socket } from "node:net";

/** What happens to a commit: its response is lost, or the commit itself. */
export type Fault = "lose the response" | "lose the commit";

/** A TCP proxy to PostgreSQL that breaks connections on demand. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** Breaks the connection of the next commit; of a statement that commits by itself, a `text` tells which. */
  breakAtCommit(fault: Fault, text?: string): void;
  /** Closes all connections and rejects new ones, like a database that restarts, until it is disposed. */
  interrupt(): Disposable & {
    /** Resolves when the first new connection was rejected. */
    readonly refused: Promise<void>;
  };
}

/** Opens a proxy to the database of a URL. */
export async function openFaultyProxy(target: URL): Promise<FaultyProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let next: { fault: Fault; text: string } | undefined;
  let down: PromiseWithResolvers<void> | undefined;

  const server = createServer((client) => {
    if (down) {
      client.destroy();
      return down.resolve();
    }
    const database = connect(Number(target.port || 5432), target.hostname);
    const pair = [client, database] as const;
    pairs.add(pair);
    let losesResponse = false;
    client.on("data", (bytes) => {
      const fault = next && bytes.includes(next.text) ? next.fault : undefined;
      if (fault) next = undefined;
      if (fault === "lose the commit") return cut(pair);
      losesResponse = fault === "lose the response";
      database.write(bytes);
    });
    database.on("data", (bytes) => {
      if (losesResponse) cut(pair);
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
    breakAtCommit(fault, text = "commit\0") {
      next = { fault, text };
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
