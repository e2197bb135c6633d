import pg from "pg";
import { createDatabase } from "../test/stack/database.ts";
import { Person } from "../test/stack/person.ts";
import { startStack } from "../test/stack/stack.ts";

const SMALL = 1_000;
const LARGE = 1_000_000;
const WARM_UP_ROUNDS = 50;
const ROUNDS = 200;
/** Messages in a search chunk. */
const CHUNK_SIZE = 64;
/** Messages that contain the rare word, in a chat of any size. */
const RARE_MESSAGES = 5;

/** Highest acceptable ratio of the times. */
const GOAL = 1.5;

type PathOf = (chat: string, size: number) => string;

/** Paths below `/service/api`, requested by a member who never read the chat. */
const REQUESTS: Readonly<Record<string, PathOf>> = {
  "newest page": (chat) => `/messages?chat=${chat}`,
  "page around the middle": (chat, size) => `/messages?chat=${chat}&around=${size / 2}`,
  "search for a common word": () => "/messages/search?query=river",
  "search for a rare word": () => "/messages/search?query=zyzzyva",
  "search for a part of a rare word": () => "/messages/search?query=yzzyv",
  "bootstrap of a member who never read": () => "/bootstrap",
};

/** Measures how much longer requests take in a chat of a million messages than in one of a thousand. */
export async function history(): Promise<void> {
  if (!process.env["TEST_DATABASE_URL"]) {
    console.log("history: skipped, because TEST_DATABASE_URL names no PostgreSQL");
    return;
  }
  await using small = await openChat(SMALL);
  await using large = await openChat(LARGE);
  for (const [name, path] of Object.entries(REQUESTS))
    await compare(
      name,
      () => small.reader.json("GET", path(small.chat, SMALL)),
      () => large.reader.json("GET", path(large.chat, LARGE)),
    );
  await compare(
    "bootstrap of the member who wrote all messages and never read",
    () => small.writer.bootstrap(),
    () => large.writer.bootstrap(),
  );
}

async function compare(name: string, ofSmall: Request, ofLarge: Request): Promise<void> {
  const [small, large] = await medians(ofSmall, ofLarge);
  console.log(
    `history, ${name}: ${large.toFixed(2)} ms of ${LARGE.toLocaleString("en")} messages, ` +
      `${small.toFixed(2)} ms of ${SMALL.toLocaleString("en")}, ratio ${(large / small).toFixed(2)}, goal at most ${GOAL}`,
  );
}

/** Creates a chat of `size` messages on a server and database of its own; neither member has read it. */
async function openChat(size: number) {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createDatabase());
  const { serverUrl } = stack.use(await startStack("embedded", { DATABASE_URL: database.url }));
  const writer = await Person.register(serverUrl);
  const reader = await Person.register(serverUrl);
  const { id } = await writer.create({ kind: "group", name: "long", members: [reader.id] });
  await fill(database.url, id, writer.id, size);
  // The indexer does not notice rows inserted by SQL; messages sent by the API make it catch up.
  for (let n = 0; n < CHUNK_SIZE; n++)
    await writer.json("POST", "/messages", draft(id, `last messages ${n}`), 201);
  await untilIndexed(database.url, size);
  return {
    chat: id,
    reader,
    writer,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Inserts `size` messages of common words; `RARE_MESSAGES` of them also contain a rare one. */
async function fill(url: string, chat: string, sender: string, size: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const word = `(array['lane','boat','river','oar','crew','race','wind','calm','start','the','we',
    'at','on','tomorrow','morning','coffee','prague','paddle','finish','thanks'])[1 + random() * 19]`;
  await client.query(
    `insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
     select chats.id, chats.last_seq + n, $2, gen_random_uuid(),
       concat_ws(' ', ${new Array(9).fill(word).join()},
         case when n % ($3::int / ${RARE_MESSAGES}) = 1 then 'zyzzyva' end),
       date_trunc('milliseconds', now()) - ($3::int - n) * interval '1 second'
     from chats, generate_series(1, $3::int) as n where chats.id = $1`,
    [chat, sender, size],
  );
  await client.query("update chats set last_seq = last_seq + $2 where id = $1", [chat, size]);
  await client.end();
}

const draft = (chat: string, body: string) => ({ chat, clientId: crypto.randomUUID(), body });

/** Waits until all messages are in search chunks, as they are in a chat that grew slowly. */
async function untilIndexed(url: string, size: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const chunks = async () => {
    const { rows } = await client.query("select count(*)::int as count from search_chunks");
    return rows[0].count;
  };
  while ((await chunks()) < Math.floor(size / CHUNK_SIZE)) await Bun.sleep(250);
  await client.query("vacuum analyze messages, search_chunks");
  await client.end();
}

type Request = () => Promise<unknown>;

/**
 * Repeats two requests in turn, so that other load on the machine affects both alike.
 * @returns the median time of each in milliseconds.
 */
async function medians(first: Request, second: Request): Promise<[number, number]> {
  const firstTimes: number[] = [];
  const secondTimes: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    const times = [await timeOf(first), await timeOf(second)] as const;
    if (round < 0) continue;
    firstTimes.push(times[0]);
    secondTimes.push(times[1]);
  }
  return [median(firstTimes), median(secondTimes)];
}

async function timeOf(request: Request): Promise<number> {
  const start = performance.now();
  await request();
  return performance.now() - start;
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
