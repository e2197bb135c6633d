import { createDatabase } from "../../test/stack/database.ts";
import { stackKinds, startStack } from "../../test/stack/stack.ts";
import { type Backends, cpuSeconds, openBackends } from "../cpu-time.ts";
import { type Course, race } from "../race.ts";
import { UNLIMITED } from "../room.ts";
import { wrk } from "../wrk.ts";
import { type Contestant, contestantsOf, type Name, read } from "./contestants.ts";
import { type Costs, countCosts } from "./count-costs.ts";
import { fillScene, type Scene } from "./fill-scene.ts";
import { type Load, report } from "./report.ts";
import { startRawReads } from "./start-raw-reads.ts";
import { startStatementRelay } from "./statement-relay.ts";

const CONNECTIONS = 16;
const COURSE: Course = { rounds: 3, warmUpSeconds: 1, measuredSeconds: 3 };
const SHORT_COURSE: Course = { rounds: 1, warmUpSeconds: 2, measuredSeconds: 2 };

type Settings = Readonly<Record<string, string>>;
type ByName<T> = ReadonlyMap<Name, T>;

/** Measures the routes that a client reads by, beside Hono on Bun that does nothing else. */
export async function reads({ short }: { short: boolean }): Promise<void> {
  if (!stackKinds().includes("postgres") || !Bun.which("wrk")) {
    console.log("reads: skipped, because it needs PostgreSQL (TEST_DATABASE_URL), MinIO and wrk");
    return;
  }
  await using database = await createDatabase();
  const settings = {
    ...UNLIMITED,
    LOG_LEVEL: "info",
    DATABASE_URL: database.url,
    JWT_SECRET: "a secret of the benchmarks, long enough to sign",
    S3_BUCKET: `parley-${crypto.randomUUID()}`,
  };
  const { scene, loads } = await raceAll(settings, short ? SHORT_COURSE : COURSE);
  const costs = await countAll(settings, scene);
  for (const [path, load] of loads)
    report(path.replace(/chat=[^&]+&/, ""), load, costs.get(path) ?? new Map());
}

/** Measures rates and processor time, without anything between the processes and PostgreSQL. */
async function raceAll(settings: Settings, course: Course) {
  await using stack = await startStack("postgres", settings, { logsToFile: true });
  const databaseUrl = settings["DATABASE_URL"] ?? "";
  const scene = await fillScene(stack.serverUrl, databaseUrl);
  await using backends = await openBackends(databaseUrl);
  using raw = await startRawReads(await rawConfigOf(scene, stack.serverUrl, databaseUrl));
  const contestants = contestantsOf(stack, raw, scene.viewer.token);
  const loads = new Map<string, ByName<Load>>();
  for (const path of pathsOf(scene)) {
    const measure = (contestant: Contestant, seconds: number) =>
      measureLoad(contestant, path, { seconds, backends });
    loads.set(path, (await race(contestants, measure, course)) as Map<Name, Load>);
  }
  return { scene, loads };
}

/** Counts statements and writes on the same database, by processes of their own, because counting takes time. */
async function countAll(settings: Settings, scene: Scene) {
  await using relay = await startStatementRelay(settings["DATABASE_URL"] ?? "");
  const relayed = { ...settings, DATABASE_URL: relay.url };
  await using stack = await startStack("postgres", relayed, { logsToFile: true });
  using raw = await startRawReads(await rawConfigOf(scene, stack.serverUrl, relay.url));
  const contestants = Object.entries(contestantsOf(stack, raw, scene.viewer.token));
  const costs = new Map<string, ByName<Costs>>();
  for (const path of pathsOf(scene)) {
    const ofPath = new Map<Name, Costs>();
    for (const [name, contestant] of contestants)
      ofPath.set(name as Name, await countCosts(contestant, path, relay));
    costs.set(path, ofPath);
  }
  return costs;
}

function pathsOf({ chat }: Scene): string[] {
  const api = "/service/api";
  return [`${api}/profile`, `${api}/messages?chat=${chat}&limit=50`, `${api}/bootstrap`];
}

/** The constant answers are those that Parley gives. */
async function rawConfigOf(scene: Scene, serverUrl: string, databaseUrl: string) {
  const { viewer, avatars } = scene;
  const parley = { url: serverUrl, token: viewer.token };
  const answers: Record<string, string> = {};
  for (const path of pathsOf(scene)) answers[path.replace(/\?.*/, "")] = await read(parley, path);
  const { sid } = JSON.parse(atob(viewer.token.split(".")[1] ?? ""));
  return { databaseUrl, viewer: viewer.id, session: sid, avatars, answers };
}

interface MeasuredFor {
  readonly seconds: number;
  readonly backends: Backends;
}

async function measureLoad(
  { url, token, server, gateway }: Contestant,
  path: string,
  { seconds, backends }: MeasuredFor,
): Promise<Load> {
  const headers = { authorization: `Bearer ${token}` };
  const cpu = async () => ({
    server: await cpuSeconds(server.pid),
    gateway: gateway ? await cpuSeconds(gateway.pid) : 0,
    database: await backends.cpuSeconds(),
  });
  const before = await cpu();
  const figures = await wrk({ url: url + path, headers, connections: CONNECTIONS }, seconds);
  const after = await cpu();
  const each = (name: keyof typeof after) =>
    ((after[name] - before[name]) * 1_000_000) / figures.requests;
  return {
    ...figures,
    server: each("server"),
    gateway: each("gateway"),
    database: each("database"),
  };
}
