import { expect, test } from "bun:test";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@parley/platform/testing/eventually";
import { freePort } from "@parley/platform/testing/free-port";
import { openBrowser } from "./testing/browser.ts";
import { SECRET, startFakeServer } from "./testing/fake-server.ts";
import { bearer, startTestGateway } from "./testing/test-gateway.ts";

const MAIN = join(import.meta.dir, "main.ts");

function run(env: Record<string, string>) {
  const PATH = process.env["PATH"];
  return Bun.spawn(["bun", MAIN], { env: { PATH, ...env }, stdout: "pipe", stderr: "pipe" });
}

test("Wrong settings end the process with 78 and a line for each", async () => {
  const gateway = run({ GATEWAY_PORT: "x", RATE_LIMIT_RPS: "0" });
  expect(await gateway.exited).toBe(78);
  const lines = (await gateway.stderr.text()).trim().split("\n");
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["GATEWAY_PORT", "RATE_LIMIT_RPS"]);
});

test("A port that is taken, even by another gateway, ends the process with 1 and one line that says so", async () => {
  await using server = startFakeServer();
  await using first = await startTestGateway(server.url);
  const { port } = first.url;
  const second = run({ GATEWAY_PORT: port, HOST: "127.0.0.1", JWT_SECRET: SECRET });
  const [line, ...more] = (await second.stdout.text()).trim().split("\n");
  expect(JSON.parse(line ?? "")).toMatchObject({
    level: "fatal",
    msg: `GATEWAY_PORT ${port} is taken on 127.0.0.1 already`,
  });
  expect(JSON.parse(line ?? "")).not.toHaveProperty("err");
  expect(more).toEqual([]);
  expect(await second.exited).toBe(1);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "The signal %s ends the gateway cleanly",
  async (signal) => {
    const GATEWAY_PORT = String(freePort());
    await using server = startFakeServer();
    const gateway = run({ GATEWAY_PORT, SERVER_URL: server.url, JWT_SECRET: SECRET });
    const url = new URL(`http://127.0.0.1:${GATEWAY_PORT}`);
    const isReady = () =>
      fetch(new URL("/readyz", url)).then(
        ({ status }) => status === 200,
        () => false,
      );
    await eventually(isReady);
    const browser = openBrowser(url, await bearer());
    await eventually(() => browser.received.length > 0);
    gateway.kill(signal);
    expect(await browser.closed).toMatchObject({ code: 1001 });
    expect(await gateway.exited).toBe(0);
    expect(await gateway.stderr.text()).toBe("");
    const lines = (await gateway.stdout.text()).trim().split("\n");
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty("process", "gateway");
    expect(lines.join()).not.toContain("eyJ");
  },
);

test("Without JWT_SECRET a secret is stored in DATA_DIR, readable for its owner only", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-"));
  const gateway = run({ GATEWAY_PORT: String(freePort()), DATA_DIR: folder });
  const secret = Bun.file(join(folder, "jwt-secret"));
  await eventually(() => secret.exists());
  gateway.kill("SIGTERM");
  await gateway.exited;
  expect((await stat(join(folder, "jwt-secret"))).mode & 0o777).toBe(0o600);
  await rm(folder, { recursive: true });
});
