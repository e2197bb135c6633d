import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "@parley/platform/process/log";
import { readSettings } from "@parley/platform/process/settings";
import { type RunningServer, startServer } from "../server.ts";
import { SETTINGS } from "../settings.ts";

setDefaultTimeout(60_000);

interface Line {
  readonly level: string;
  readonly route?: string;
  readonly method?: string;
  readonly status?: number;
}

/** The running server, because the test breaks a socket. */
let server: RunningServer;
let folder: string;
let token: string;
const lines: Line[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-aborted-"));
  const settings = readSettings(SETTINGS, { DATA_DIR: folder });
  const log = createLog("test", "info", {
    write: (text) =>
      void lines.push(
        ...text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ),
  });
  server = await startServer({ ...settings, SERVER_PORT: 0 }, log);
  const answer = await fetch(new URL("/service/api/register", server.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "ann", password: "otter-lamp-river" }),
  });
  ({ token } = (await answer.json()) as { token: string });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test.each([
  ["PUT", "/service/api/profile/avatar", "image/png", 499],
  ["POST", "/service/api/chats", "application/json", 400],
])(
  "A client that disconnects during the body of %s %s causes no server error",
  async (method, path, type, status) => {
    const socket = connect(Number(server.url.port), "127.0.0.1");
    const head = [
      `${method} ${path} HTTP/1.1`,
      "Host: x",
      `Authorization: Bearer ${token}`,
      `Content-Type: ${type}`,
      "Content-Length: 100000",
      "Expect: 100-continue",
      "",
      "",
    ];
    socket.write(`${head.join("\r\n")}half of it`);
    // The server reads the first half and waits for the rest.
    await new Promise((resolve) => socket.once("data", resolve));
    socket.destroy();
    const isMine = (line: Line) => line.method === method && line.route === path;
    while (!lines.some(isMine)) await Bun.sleep(5);
    expect(lines.find(isMine)).toMatchObject({ level: "info", status });
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
    const metrics = await (await fetch(new URL("/service/metrics", server.url))).text();
    expect(metrics).not.toMatch(/^app_error_total\{code="internal"} [1-9]/m);
  },
);
