import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { expectCalm } from "./expect-calm.ts";
import { underAttack } from "./under-attack.ts";

const ATTACKERS = 10;
/** With those of the others more than a search chunk, so that a complete chunk is edited. */
const MESSAGES_OF_EACH = 8;
const EDITS_PER_SECOND = 10;
/** Fewer than a user may make. */
const REQUESTS_PER_SECOND = 8;
const ATTACK_MS = 8_000;
const BODY_LENGTH = 3_990;

/** A body with about as many different trigrams as its length allows. */
function longBody(seed: number): string {
  const words = Array.from({ length: BODY_LENGTH / 7 }, (_, n) =>
    ((n * 7_919 + seed * 104_729) % 2_176_782_336).toString(36).padStart(6, "q"),
  );
  return words.join(" ");
}

interface Author {
  readonly person: Person;
  /** The addresses of the author's messages. */
  readonly messages: readonly string[];
}

/** Authors of long messages in one public channel, which fill more than a search chunk. */
async function insertAuthors(stack: Stack): Promise<Author[]> {
  const owner = await Person.register(stack.url, "mallory");
  const { id: chat } = await owner.create({ kind: "channel", name: "edits", visibility: "public" });
  const authors = [await authorIn(chat, owner)];
  for (let n = 1; n < ATTACKERS; n++) {
    const person = await Person.register(stack.url, "mallory");
    await person.json("POST", `/chats/${chat}/join`);
    authors.push(await authorIn(chat, person));
  }
  return authors;
}

async function authorIn(chat: string, person: Person): Promise<Author> {
  const messages: string[] = [];
  for (let n = 0; n < MESSAGES_OF_EACH; n++) {
    const draft = { chat, clientId: crypto.randomUUID(), body: longBody(n) };
    const { seq } = await person.json<{ seq: number }>("POST", "/messages", draft, 201);
    messages.push(`/messages/${chat}/${seq}`);
    await Bun.sleep(1_000 / REQUESTS_PER_SECOND);
  }
  return { person, messages };
}

/** Edits messages at the limit of each author, without waiting. @returns how often each status was answered. */
async function editAll(authors: readonly Author[]): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const edit = async ({ person, messages }: Author, n: number) => {
    const path = messages[n % messages.length] ?? "";
    const { status } = await person.request("PATCH", path, { body: longBody(n) });
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const edits: Promise<void>[] = [];
  for (let n = 1, end = Date.now() + ATTACK_MS; Date.now() < end; n++) {
    edits.push(...authors.map((author) => edit(author, n)));
    await Bun.sleep(1_000 / EDITS_PER_SECOND);
  }
  await Promise.all(edits);
  return statuses;
}

onEachStack("a storm of edits", (kind) => {
  test("Ten users who edit long messages all the time delay no neighbour, and are not refused", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" }, { limits: "default" });
    const authors = await insertAuthors(stack);
    let statuses: Record<string, number> = {};
    const outcome = await underAttack(stack, async () => {
      statuses = await editAll(authors);
    });
    expectCalm(outcome);
    expect(Object.keys(statuses).filter((status) => !["200", "429"].includes(status))).toEqual([]);
    expect(statuses["200"]).toBeGreaterThan(ATTACKERS * EDITS_PER_SECOND);
  }, 120_000);
});
