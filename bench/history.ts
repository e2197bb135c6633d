import pg from "pg";
import { createDatabase } from "../test/stack/database.ts";
import { Person } from "../test/stack/person.ts";
import { startStack } from "../test/stack/stack.ts";

const SMALL = 1_000;
const LARGE = 1_000_000;
const WARM_UP = 50;
const ROUNDS = 200;
/** Messages of one search chunk. */
const CHUNK_SIZE = 64;
/** In so many messages of a chat, whatever its size. */
const RARE = 5;

type Question = (chat: string, size: number) => string;

/** Asked of a chat of some size by somebody who never read it, as paths below the API. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  "newest page": (chat) => `/messages?chat=${chat}`,
  "page around the middle": (chat, size) => `/messages?chat=${chat}&around=${size / 2}`,
  "search for a common word": () => "/messages/search?query=river",
  "search for a rare word": () => "/messages/search?query=zyzzyva",
  "search for a part of a rare word": () => "/messages/search?query=yzzyv",
  "bootstrap of who never read": () => "/bootstrap",
};

/** How much longer a chat of a million messages takes than one of a thousand, each with a server and database of its own. */
export async function history(): Promise<void> {
  if (!process.env["TEST_DATABASE_URL"]) {
    console.log("history: needs a PostgreSQL at TEST_DATABASE_URL");
    return;
  }
  await using small = await openChat(SMALL);
  await using large = await openChat(LARGE);
  for (const [what, path] of Object.entries(QUESTIONS))
    await compare(
      what,
      () => small.reader.json("GET", path(small.chat, SMALL)),
      () => large.reader.json("GET", path(large.chat, LARGE)),
    );
  await compare(
    "bootstrap of who wrote it all and never read",
    () => small.writer.bootstrap(),
    () => large.writer.bootstrap(),
  );
}

async function compare(what: string, ofSmall: Request, ofLarge: Request): Promise<void> {
  const [little, much] = await medians(ofSmall, ofLarge);
  console.log(
    `history, ${what}: ${much.toFixed(2)} ms of ${LARGE.toLocaleString("en")} messages, ` +
      `${little.toFixed(2)} ms of ${SMALL.toLocaleString("en")}, ratio ${(much / little).toFixed(2)}`,
  );
}

/** A chat of so many messages, who wrote them, and somebody else; neither ever read them. */
async function openChat(size: number) {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createDatabase());
  const { serverUrl } = stack.use(await startStack("embedded", { DATABASE_URL: database.url }));
  const writer = await Person.register(serverUrl);
  const reader = await Person.register(serverUrl);
  const { id } = await writer.create({ kind: "group", name: "long", members: [reader.id] });
  await fill(database.url, id, writer.id, size);
  // The server did not hear of what was filled in behind its back; of these it does, and catches up.
  for (let n = 0; n < CHUNK_SIZE; n++)
    await writer.json("POST", "/messages", draft(id, `after it all ${n}`), 201);
  await untilIndexed(database.url, size);
  return {
    chat: id,
    reader,
    writer,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Writes as many messages as told, of words that are said often but for one. */
async function fill(url: string, chat: string, sender: string, size: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const word = `(array['lane','boat','river','oar','crew','race','wind','calm','start','the','we',
    'at','on','tomorrow','morning','coffee','prague','paddle','finish','thanks'])[1 + random() * 19]`;
  await client.query(
    `insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
     select chats.id, chats.last_seq + n, $2, gen_random_uuid(),
       concat_ws(' ', ${new Array(9).fill(word).join()},
         case when n % ($3::int / ${RARE}) = 1 then 'zyzzyva' end),
       date_trunc('milliseconds', now()) - ($3::int - n) * interval '1 second'
     from chats, generate_series(1, $3::int) as n where chats.id = $1`,
    [chat, sender, size],
  );
  await client.query("update chats set last_seq = last_seq + $2 where id = $1", [chat, size]);
  await client.end();
}

const draft = (chat: string, body: string) => ({ chat, clientId: crypto.randomUUID(), body });

/** Waits until the search chunks of all messages are written, as they are in a chat that grew slowly. */
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

/** The median times of two requests, asked in turn: what else the machine does befalls both alike. */
async function medians(one: Request, other: Request): Promise<[number, number]> {
  const ones: number[] = [];
  const others: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const times = [await timeOf(one), await timeOf(other)] as const;
    if (round < 0) continue;
    ones.push(times[0]);
    others.push(times[1]);
  }
  return [median(ones), median(others)];
}

async function timeOf(request: Request): Promise<number> {
  const start = performance.now();
  await request();
  return performance.now() - start;
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}
