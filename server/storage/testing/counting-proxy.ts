import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy that counts its connections and the bytes that it passes to its clients. */
export async function openCountingProxy(target: URL) {
  const clients = new Set<Socket>();
  let bytes = 0;

  const server = createServer((client) => {
    clients.add(client);
    const upstream = connect(Number(target.port || 80), target.hostname);
    client.pipe(upstream).pipe(client);
    upstream.on("data", (chunk) => {
      bytes += chunk.length;
    });
    client.on("close", () => {
      clients.delete(client);
      upstream.destroy();
    });
    for (const socket of [client, upstream]) socket.on("error", () => client.destroy());
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    openConnections: () => clients.size,
    bytesPassed: () => bytes,
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
