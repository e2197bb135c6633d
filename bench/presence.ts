import { join } from "node:path";
import { signToken } from "@parley/platform/http/token";
import pg from "pg";
import { type Stack, stackKinds, startStack } from "../test/stack/stack.ts";
import { cpuSeconds } from "./cpu-time.ts";
import { openSockets } from "./load.ts";

const PEOPLE = 1_000;
const SECRET = "a secret of the benchmarks, long enough to sign";
const UNLIMITED = {
  LOG_LEVEL: "warn",
  RATE_LIMIT_RPS: "1000000",
  RATE_LIMIT_REGISTRATIONS: "1000000",
  JWT_SECRET: SECRET,
};

interface Storm {
  /** From the opening of the first socket until each reader knows that all others are online. */
  readonly seconds: number;
  readonly frames: number;
  /** Length of the frames in characters, each of which is one byte here. */
  readonly bytes: number;
}

/** Measures how long a thousand members who reconnect at once take to learn that all others are online. */
export async function presence(): Promise<void> {
  if (!stackKinds().includes("postgres")) {
    console.log("presence: skipped, because it needs PostgreSQL (TEST_DATABASE_URL) and MinIO");
    return;
  }
  await using stack = await startStack("postgres", UNLIMITED);
  const tokens = await fillChannel(stack.env["DATABASE_URL"] ?? "");
  const before = await cpuOf(stack);
  const storm = await reconnectAll(`${stack.url.replace("http", "ws")}/ws`, tokens);
  const after = await cpuOf(stack);
  print("Parley on postgres", storm);
  console.log(
    `presence: ${(after.server - before.server).toFixed(2)} CPU seconds of the server, ` +
      `${(after.gateway - before.gateway).toFixed(2)} of the gateway`,
  );
  await compare(storm);
}

function print(subject: string, { seconds, frames, bytes }: Storm): void {
  console.log(
    `presence of ${PEOPLE}, ${subject}: all know all after ${seconds.toFixed(2)} s, ` +
      `${(frames / PEOPLE).toFixed(2)} frames and ${Math.round(bytes / PEOPLE).toLocaleString("en")} bytes per reader`,
  );
}

/** Inserts people, each with a session, into one channel. @returns their tokens. */
async function fillChannel(url: string): Promise<string[]> {
  const people = Array.from({ length: PEOPLE }, () => ({
    sub: Bun.randomUUIDv7(),
    sid: Bun.randomUUIDv7(),
  }));
  const users = people.map(({ sub }) => sub);
  const chat = Bun.randomUUIDv7();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `insert into users (id, username, password_hash, display_name)
     select id, 'person-' || n, '-', 'Person ' || n
     from unnest($1::uuid[]) with ordinality as person (id, n)`,
    [users],
  );
  await client.query(
    `insert into sessions (id, user_id, user_agent, ip, last_seen_at, expires_at)
     select sid, id, '', '', now(), now() + interval '1 hour'
     from unnest($1::uuid[], $2::uuid[]) as person (id, sid)`,
    [users, people.map(({ sid }) => sid)],
  );
  await client.query(
    `insert into chats (id, kind, visibility, name, topic, created_by)
     values ($1, 'channel', 'private', 'everyone', '', $2)`,
    [chat, users[0]],
  );
  await client.query(
    `insert into members (chat_id, user_id, role) select $1, id, 'member' from unnest($2::uuid[]) as person (id)`,
    [chat, users],
  );
  await client.query("vacuum analyze");
  await client.end();
  const iat = Math.floor(Date.now() / 1_000);
  return Promise.all(
    people.map((claims) => signToken({ ...claims, iat, exp: iat + 3_600 }, SECRET)),
  );
}

/** Opens a socket for each token at once, and waits until each has received the presence of all others. */
async function reconnectAll(url: string, tokens: readonly string[]): Promise<Storm> {
  const received = tokens.map((): string[] => []);
  const known = new Array<number>(tokens.length).fill(0);
  const done = Promise.withResolvers<number>();
  let missing = tokens.length;
  const start = performance.now();
  const sockets = await openSockets(tokens.length, (n) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${tokens[n]}` } });
    socket.onmessage = ({ data }) => {
      if (!data.startsWith('{"type":"presence"')) return;
      received[n]?.push(data);
      const before = known[n] ?? 0;
      known[n] = before + entriesIn(data);
      if (before < PEOPLE - 1 && known[n] >= PEOPLE - 1 && --missing === 0)
        done.resolve(performance.now());
    };
    return socket;
  });
  const end = await done.promise;
  for (const socket of sockets) socket.close();
  for (const frames of received) requireEverybody(frames);
  const all = received.flat();
  const bytes = all.reduce((sum, frame) => sum + frame.length, 0);
  return { seconds: (end - start) / 1_000, frames: all.length, bytes };
}

const ENTRY_LENGTH = `{"id":"${crypto.randomUUID()}","online":true,"lastSeenAt":null},`.length;
const ENVELOPE_LENGTH = '{"type":"presence","users":[]}'.length;

/** Counts the users of a frame by its length, because parsing all frames would take longer than sending them. */
function entriesIn(frame: string): number {
  return Math.round((frame.length - ENVELOPE_LENGTH) / ENTRY_LENGTH);
}

function requireEverybody(frames: readonly string[]): void {
  const online = new Set<string>();
  for (const frame of frames) for (const { id } of JSON.parse(frame).users) online.add(id);
  if (online.size !== PEOPLE - 1)
    throw new Error("a reader did not receive the presence of everybody");
}

/** Lets Bun alone send as many frames and bytes, and prints the ratio of Parley's time to Bun's. */
async function compare({ seconds, frames, bytes }: Storm): Promise<void> {
  const each = Math.ceil(frames / PEOPLE);
  const size = Math.ceil(bytes / PEOPLE / each);
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, "raw-send.ts"), String(each), String(size)],
    { stdout: "pipe" },
  );
  const { value } = await child.stdout.getReader().read();
  const url = `ws://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  const before = await cpuSeconds(child.pid);
  const raw = await receiveAll(url, each * size);
  const cpu = (await cpuSeconds(child.pid)) - before;
  child.kill();
  await child.exited;
  console.log(
    `presence, raw send of ${each} frames and ${(each * size).toLocaleString("en")} bytes per reader: ` +
      `${raw.toFixed(2)} s, ${cpu.toFixed(2)} CPU seconds; Parley takes ${(seconds / raw).toFixed(1)} times as long`,
  );
}

/** @returns seconds until each of `PEOPLE` sockets has received `bytes` bytes. */
async function receiveAll(url: string, bytes: number): Promise<number> {
  const start = performance.now();
  const received = new Array<number>(PEOPLE).fill(0);
  const done = Promise.withResolvers<number>();
  let missing = PEOPLE;
  const sockets = await openSockets(PEOPLE, (n) => {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      received[n] = (received[n] ?? 0) + data.length;
      if (received[n] === bytes && --missing === 0) done.resolve(performance.now());
    };
    return socket;
  });
  const end = await done.promise;
  for (const socket of sockets) socket.close();
  return (end - start) / 1_000;
}

async function cpuOf({ server, gateway }: Stack): Promise<{ server: number; gateway: number }> {
  return { server: await cpuSeconds(server.pid), gateway: await cpuSeconds(gateway.pid) };
}
