import { type StackKind, stackKinds } from "../test/stack/stack.ts";
import { createInserter, openPlainTable } from "./plain-table.ts";
import { measureRoom } from "./room.ts";

const ROWS = 100;
const CONNECTIONS = 2;
const MEASURED_MS = 4_000;
/** Of messages from ten people in one chat to plain inserts. */
const RATIO_GOAL = 0.25;
/** Messages a second that reach 100 readers with a p99 below 100 ms. */
const DELIVERED_GOAL = "25,000 messages/s with a p99 below 100 ms";

/** Measures stored messages per second: from ten people in one chat and in ten, and to 100 readers. */
export async function throughput(): Promise<void> {
  await fromTenPeople("embedded");
  if (stackKinds().includes("postgres")) await onPostgres();
  else
    console.log("throughput on PostgreSQL: skipped, because it needs TEST_DATABASE_URL and MinIO");
}

/** @param limit the rows a second of plain inserts into the same database. */
async function fromTenPeople(kind: StackKind, limit?: number): Promise<void> {
  for (const chats of [1, 10]) {
    const { messages } = await measureRoom({ kind, readers: 1, inFlight: 1_024, chats });
    const where = `${chats} chat${chats > 1 ? "s" : ""}`;
    const ratio = limit ? `, ratio to plain inserts ${(messages / limit).toFixed(2)}` : "";
    const goal = limit && chats === 1 ? `, goal at least ${RATIO_GOAL}` : "";
    console.log(`ten people in ${where}, ${kind}: ${round(messages)} messages/s${ratio}${goal}`);
  }
}

async function onPostgres(): Promise<void> {
  const limit = await plainInserts();
  console.log(
    `inserts of ${ROWS} rows by plain SQL, ${CONNECTIONS} connections: ${round(limit)} rows/s`,
  );
  await fromTenPeople("postgres", limit);
  for (const inFlight of [256, 512, 768, 1_024]) {
    const figures = await measureRoom({ kind: "postgres", readers: 100, inFlight });
    console.log(
      `stored and delivered to 100 readers, ${inFlight} in flight: ${round(figures.messages)} messages/s, ` +
        `p50 ${figures.p50.toFixed(1)} ms, p99 ${figures.p99.toFixed(1)} ms, goal at least ${DELIVERED_GOAL}`,
    );
  }
}

/** Measures the rows per second of plain inserts into the same database, `ROWS` rows per statement. */
async function plainInserts(): Promise<number> {
  await using table = await openPlainTable();
  const end = performance.now() + MEASURED_MS;
  const counts = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const insert = createInserter(table.db);
      let rows = 0;
      for (; performance.now() < end; rows += ROWS) await insert(ROWS);
      return rows;
    }),
  );
  return (counts.reduce((sum, count) => sum + count, 0) / MEASURED_MS) * 1_000;
}

function round(value: number): string {
  return Math.round(value).toLocaleString("en");
}
