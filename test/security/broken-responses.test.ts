import { beforeAll, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { prepare, RUNTIMES, type RunBy } from "../runtimes/runtimes.ts";
import { startStandaloneGateway } from "./standalone-gateway.ts";

const SECRET = "words-that-somebody-looks-for";
const BEGUN = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

/** Broken responses of a server; the second part is sent when the first has arrived. */
const BROKEN: Record<string, readonly [string, string?]> = {
  "no chunk, at once": [`${BEGUN}ZZ\r\n`],
  "no chunk, later": [BEGUN, "ZZ\r\n"],
  "an end amid the chunks": [BEGUN, ""],
  "an end amid the bytes": ["HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\nhello", ""],
  "an end amid few bytes": ["HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\nhello"],
  "no head": ["nonsense\r\n\r\n"],
};

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  let runBy: RunBy;
  beforeAll(async () => {
    runBy = await prepare(runtime);
  });

  test.each(Object.entries(BROKEN))(
    "A response that breaks off by %s is counted, is not taken for whole, and logs only JSON without the query",
    async (_, [first, then]) => {
      const arrived = Promise.withResolvers<void>();
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.on("data", async () => {
          socket.write(first);
          if (then !== undefined) await arrived.promise;
          socket.end(then ?? "");
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as { port: number };
      const gateway = await startStandaloneGateway(
        { SERVER_URL: `http://127.0.0.1:${port}` },
        undefined,
        runBy,
      );
      const [, authorization = ""] = gateway.authorization.split(": ");
      const url = `${gateway.url}/service/api/messages/search?query=${SECRET}`;
      const response = await fetch(url, { headers: { authorization } });
      arrived.resolve();
      expect(response.status).toBe(then === undefined ? 502 : 200);
      const isComplete = await response.text().then(
        () => true,
        () => false,
      );
      expect(isComplete).toBe(then === undefined);
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toMatch(/^gateway_upstream_error_total\{code="bad_gateway"} 1$/m);
      await gateway[Symbol.asyncDispose]();
      server.close();
      expect(gateway.program.errors()).toBe("");
      expect(gateway.program.output()).not.toContain(SECRET);
      const lines = gateway.program.output().trim().split("\n").filter(Boolean);
      const broke = lines.map((line) => JSON.parse(line)).filter(({ code }) => code);
      expect(broke.map(({ level, code }) => [level, code])).toEqual(
        then === undefined ? [] : [["warn", "bad_gateway"]],
      );
    },
  );
});
