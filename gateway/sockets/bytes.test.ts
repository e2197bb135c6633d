import { expect, test } from "bun:test";
import { openBrowser } from "../testing/browser.ts";
import { readMetric } from "../testing/read-metric.ts";
import { startServerStandIn } from "../testing/server-stand-in.ts";
import { bearer, eventually, startTestGateway } from "../testing/test-gateway.ts";

/** More bytes than characters. */
const WORDS = '{"body":"Привет, Zoë 🙂"}';

test("messages are counted in bytes of UTF-8, and what is published once for each who hears it", async () => {
  await using server = startServerStandIn();
  await using gateway = await startTestGateway(server.url);
  const headers = await bearer();
  const readers = Array.from({ length: 3 }, () => openBrowser(gateway.url, headers));
  const [first, , last] = readers;
  await eventually(() => readers.every(({ heard }) => heard.length === 1));
  first?.socket.send(WORDS);
  first?.socket.send(new Uint8Array(100));
  await eventually(() => first?.heard.at(-1) === "echo binary");
  server.down({ kind: "publish", topic: "all", payload: WORDS });
  server.down({ kind: "publish", topic: "nobody's", payload: WORDS });
  await eventually(() => readers.every(({ heard }) => heard.at(-1) === WORDS));
  const heard = readers.flatMap((reader) => reader.heard);
  expect(await counted(gateway.url)).toEqual({
    in: Buffer.byteLength(WORDS) + 100,
    out: heard.reduce((sum, message) => sum + Buffer.byteLength(message), 0),
  });

  const { in: before, out } = await counted(gateway.url);
  last?.socket.close();
  await last?.closed;
  server.down({ kind: "publish", topic: "all", payload: WORDS });
  await eventually(() => first?.heard.filter((message) => message === WORDS).length === 2);
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
