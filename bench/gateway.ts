import { readdirSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "../launcher/prepare.ts";
import { Person } from "../test/stack/person.ts";
import { type Stack, stackKinds, startStack } from "../test/stack/stack.ts";
import { race } from "./race.ts";
import { startCaddy, startNginx } from "./reverse-proxies.ts";
import { UNLIMITED } from "./room.ts";
import { type Figures, wrk } from "./wrk.ts";

const ROOT = join(import.meta.dir, "..");
const CLIENT = join(ROOT, "client/dist");
const COURSE = { rounds: 3, warmUpSeconds: 1, measuredSeconds: 3 };
/** Lowest acceptable ratio of the gateway's requests per second to each proxy's, on `/service/healthz`. */
const GOALS: Readonly<Record<string, number>> = { nginx: 0.6, Caddy: 1.3 };

/** Measures requests per second through the gateway, and through nginx and Caddy to the same server. */
export async function gateway(): Promise<void> {
  const missing = ["wrk", "nginx", "caddy"].filter((name) => !Bun.which(name));
  if (missing.length > 0 || !(await buildPage(ROOT))) {
    console.log(`gateway: skipped, because ${missing.join(", ") || "the page"} is missing`);
    return;
  }
  const kind = stackKinds().at(-1) ?? "embedded";
  const settings = { ...UNLIMITED, LOG_LEVEL: "info" };
  await using stack = await startStack(kind, settings, { logsToFile: true });
  await using nginx = await startNginx(stack.serverUrl, CLIENT);
  await using caddy = await startCaddy(stack.serverUrl);
  using raw = await startRawProxy(stack);
  const { token } = await Person.register(stack.url);
  const proxies = {
    Parley: stack.url.replace("localhost", "127.0.0.1"),
    nginx: nginx.url,
    Caddy: caddy.url,
    "hono/proxy, bare": raw.url,
    "the server itself": stack.serverUrl,
  };
  const authorization = `Bearer ${token}`;
  for (const path of ["/service/healthz", "/service/api/profile"])
    print(path, await raceOn(path, proxies, { authorization }));
  const files = { Parley: proxies.Parley, nginx: nginx.url };
  for (const path of largestAndSmallest())
    print(`${path}, gzip`, await raceOn(path, files, { "accept-encoding": "gzip" }));
}

function raceOn(
  path: string,
  contestants: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): Promise<Map<string, Figures>> {
  const targets = Object.entries(contestants).map(
    ([name, url]) => [name, { url: url + path, headers }] as const,
  );
  return race(Object.fromEntries(targets), wrk, COURSE);
}

function print(path: string, results: ReadonlyMap<string, Figures>): void {
  const parley = results.get("Parley")?.perSecond ?? Number.NaN;
  for (const [name, { perSecond, p99 }] of results) {
    const goal = path === "/service/healthz" && GOALS[name];
    console.log(
      `gateway, ${path}, ${name}: ${Math.round(perSecond).toLocaleString("en")} requests/s, p99 ${p99.toFixed(1)} ms` +
        (name === "Parley" ? "" : `; Parley reaches ${(parley / perSecond).toFixed(2)} of it`) +
        (goal ? `, goal at least ${goal.toFixed(1)}` : ""),
    );
  }
}

async function startRawProxy({ serverUrl }: Stack): Promise<{ url: string } & Disposable> {
  const command = [process.execPath, join(import.meta.dir, "raw-proxy.ts"), serverUrl];
  /** Bun writes an error to stderr for each client that disconnects. */
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "ignore" });
  const { value } = await child.stdout.getReader().read();
  const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  return { url, [Symbol.dispose]: () => child.kill() };
}

/** Returns the paths of the largest and the smallest script of the built page. */
function largestAndSmallest(): string[] {
  const scripts = readdirSync(join(CLIENT, "assets"))
    .filter((name) => name.endsWith(".js.gz"))
    .map((name) => name.slice(0, -".gz".length))
    .toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return [scripts[0], scripts.at(-1)].map((name) => `/assets/${name}`);
}

function sizeOf(name: string): number {
  return Bun.file(join(CLIENT, "assets", name)).size;
}
