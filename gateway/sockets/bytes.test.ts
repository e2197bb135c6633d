import { expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { openBrowser } from "../testing/browser.ts";
import { startFakeServer } from "../testing/fake-server.ts";
import { readMetric } from "../testing/read-metric.ts";
import { bearer, startTestGateway } from "../testing/test-gateway.ts";

/** More bytes than characters. */
const WORDS = '{"body":"Привет, Zoë 🙂"}';

test("Messages are counted in bytes of UTF-8, and a published one once for each subscriber", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url);
  const headers = await bearer();
  const readers = Array.from({ length: 3 }, () => openBrowser(gateway.url, headers));
  const [first, , last] = readers;
  await eventually(() => readers.every(({ received }) => received.length === 1));
  first?.socket.send(WORDS);
  first?.socket.send(new Uint8Array(100));
  await eventually(() => first?.received.at(-1) === "echo binary");
  server.send({ kind: "publish", topic: "all", payload: WORDS });
  server.send({ kind: "publish", topic: "nobody's", payload: WORDS });
  await eventually(() => readers.every(({ received }) => received.at(-1) === WORDS));
  const received = readers.flatMap((reader) => reader.received);
  expect(await counted(gateway.url)).toEqual({
    in: Buffer.byteLength(WORDS) + 100,
    out: received.reduce((sum, message) => sum + Buffer.byteLength(message), 0),
  });

  const { in: before, out } = await counted(gateway.url);
  last?.socket.close();
  await last?.closed;
  server.send({ kind: "publish", topic: "all", payload: WORDS });
  await eventually(() => first?.received.filter((message) => message === WORDS).length === 2);
  expect(await counted(gateway.url)).toEqual({
    in: before,
    out: out + 2 * Buffer.byteLength(WORDS),
  });
});

async function counted(gateway: URL): Promise<{ in: number; out: number }> {
  const count = (direction: string) =>
    readMetric(gateway, `gateway_bytes_total{protocol="websocket",direction="${direction}"}`);
  return { in: await count("in"), out: await count("out") };
}
