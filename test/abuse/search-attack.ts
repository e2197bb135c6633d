import { LIMITS } from "@parley/contracts/limits";
import type { Endpoint } from "../hostile/endpoint.ts";
import type { Person } from "../stack/person.ts";

const MESSAGES = 210;
const BODY_LENGTH = 3_900;
/** Messages that one user may send a second. */
const MESSAGES_PER_SECOND = 10;
const SEARCHES_PER_SECOND = 10;

/** Two-letter words, which the trigram index cannot find. */
const WORDS = [..."abcdef"].flatMap((first) => [..."uvwxyz"].map((second) => first + second));
const QUERIES = [WORDS.length, LIMITS.maxSearchWords].map((count) => WORDS.slice(-count).join(" "));

/**
 * Stores long messages that hold every word but the last, at their end, so that a search reads the
 * whole of each body for each word.
 */
export async function storeLongMessages(person: Person, chat: string): Promise<void> {
  using socket = await person.connect();
  const end = WORDS.slice(0, -1).join(" ");
  for (let n = 0; n < MESSAGES; n++) {
    const clientId = crypto.randomUUID();
    socket.send({
      type: "send",
      chat,
      clientId,
      body: `${"9".repeat(BODY_LENGTH - end.length)}${end}`,
    });
    await socket.until("ack", (ack) => ack.clientId === clientId);
    await Bun.sleep(1_000 / MESSAGES_PER_SECOND);
  }
}

/**
 * Searches ten times a second, for more words than allowed and for as many as allowed in turn, without
 * waiting for the answers.
 * @returns how often each status was answered.
 */
export async function searchHard(
  { url, token }: Endpoint,
  lengthMs: number,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const headers = { authorization: `Bearer ${token}` };
  const search = async (query = "") => {
    const path = `/service/api/messages/search?query=${encodeURIComponent(query)}`;
    const { status } = await fetch(`${url}${path}`, { headers });
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const searches: Promise<void>[] = [];
  for (const end = Date.now() + lengthMs; Date.now() < end; ) {
    searches.push(search(QUERIES[searches.length % QUERIES.length]));
    await Bun.sleep(1_000 / SEARCHES_PER_SECOND);
  }
  await Promise.all(searches);
  return statuses;
}
