import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { startDaemon } from "../parts/daemon.ts";
import { Person } from "../stack/person.ts";
import { untilReady } from "../stack/program.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const FOLDER = join(import.meta.dir, "../../observability");
const PROMETHEUS = process.env["TEST_PROMETHEUS"] ?? "";
const TOKEN = "a-token-for-the-metrics";
const SCRAPE_TIMEOUT_MS = 60_000;

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
}

/** Returns every query of every dashboard, without `or vector(0)`, which would hide an empty result. */
async function queries(): Promise<[title: string, expr: string][]> {
  const folder = join(FOLDER, "grafana/dashboards");
  const files = await readdir(folder);
  const dashboards: Dashboard[] = await Promise.all(
    files.map((file) => Bun.file(join(folder, file)).json()),
  );
  return dashboards
    .flatMap(({ panels }) => panels)
    .flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const))
    .map(([title, expr]) => [
      title,
      expr.replaceAll(" or vector(0)", "").replaceAll("$__rate_interval", "15s"),
    ]);
}

/** Starts Prometheus with the project's configuration, except for the addresses and the intervals. */
async function startPrometheus(stack: Stack) {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "parley-prometheus-"));
  parts.defer(() => rm(folder, { recursive: true }));
  const token = join(folder, "token");
  await Bun.write(token, TOKEN);
  const config = join(folder, "prometheus.yml");
  await Bun.write(config, await localConfig(stack, token));
  const address = `127.0.0.1:${freePort()}`;
  parts.use(
    startDaemon(
      [
        PROMETHEUS,
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=${address}`,
      ],
      { logFile: join(folder, "log") },
    ),
  );
  await untilReady(`http://${address}/-/ready`);
  const running = parts.move();
  return { url: `http://${address}`, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function localConfig({ url, serverUrl }: Stack, token: string): Promise<string> {
  const text = (await Bun.file(join(FOLDER, "prometheus.yml")).text())
    .replaceAll("15s", "1s")
    .replace("alerts.yml", join(FOLDER, "alerts.yml"))
    .replaceAll("/run/secrets/metrics_token", token)
    .replace("gateway:8080", new URL(url).host)
    .replace("server:8081", new URL(serverUrl).host);
  return text;
}

/** Causes messages, rejected requests, and requests above the rate limit. */
async function makeTraffic(stack: Stack, person: Person, chat: string): Promise<void> {
  using socket = await person.connect();
  await socket.say(chat, "hello");
  await fetch(`${stack.serverUrl}/service/api/chats/${crypto.randomUUID()}`, {
    headers: { authorization: `Bearer ${person.token}` },
  });
  await Promise.all(Array.from({ length: 60 }, () => fetch(`${stack.url}/nowhere`)));
}

/** Causes responses 5xx of the gateway while the server is away. */
async function makeFaults(stack: Stack, person: Person): Promise<void> {
  await stack.server.end("SIGKILL");
  expect((await person.request("GET", "/chats")).status).toBeGreaterThanOrEqual(500);
  await stack.startServer();
  await untilReady(`${stack.url}/readyz`);
}

async function valuesOf(prometheus: string, expr: string): Promise<number[]> {
  const response = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const { data } = (await response.json()) as {
    data: { result: { value: [time: number, value: string] }[] };
  };
  return data.result.map(({ value }) => Number(value[1])).filter((value) => !Number.isNaN(value));
}

describe.skipIf(!PROMETHEUS)("Prometheus that scrapes a running Parley", () => {
  const parts = new AsyncDisposableStack();
  let prometheus = "";
  let stack: Stack;
  let person: Person;
  let chat = "";

  beforeAll(async () => {
    stack = parts.use(await startStack("embedded", { METRICS_TOKEN: TOKEN, RATE_LIMIT_RPS: "50" }));
    prometheus = parts.use(await startPrometheus(stack)).url;
    person = await Person.register(stack.url);
    chat = (await person.create({ kind: "group", name: "Metrics" })).id;
    await makeFaults(stack, person);
  });
  afterAll(() => parts.disposeAsync());

  test("No panel of the dashboard is empty", async () => {
    const deadline = Date.now() + SCRAPE_TIMEOUT_MS;
    let empty = await queries();
    expect(empty.length).toBeGreaterThan(10);
    while (empty.length > 0 && Date.now() < deadline) {
      await makeTraffic(stack, person, chat);
      await Bun.sleep(1_000);
      const results = await Promise.all(empty.map(([, expr]) => valuesOf(prometheus, expr)));
      empty = empty.filter((_, index) => results[index]?.length === 0);
    }
    expect(empty).toEqual([]);
  });

  test("Prometheus scrapes both processes and evaluates all rules", async () => {
    // After a scrape that took too long, `up` is 0 for a second.
    while (String(await valuesOf(prometheus, "up")) !== "1,1") await Bun.sleep(200);
    const response = await fetch(`${prometheus}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.filter(({ health }) => health === "err")).toEqual([]);
  });
});
