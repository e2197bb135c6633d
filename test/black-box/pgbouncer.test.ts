import { describe, expect, test } from "bun:test";
import { freePort } from "@parley/platform/testing/free-port";
import { type PgBouncer, startPgBouncer } from "../parts/pgbouncer.ts";
import { createDatabase } from "../stack/database.ts";
import { Person } from "../stack/person.ts";
import { startProgram } from "../stack/program.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const { TEST_PGBOUNCER: BINARY = "", TEST_DATABASE_URL: DATABASE = "" } = process.env;
const POOLER_WARNING = /"level":"warn".*through a pooler in transaction mode/g;
const PEOPLE = 4;
const MESSAGES = 100;

/** Starts a PgBouncer before a database of its own. */
async function openBouncer(mode: "session" | "transaction"): Promise<PgBouncer> {
  await using parts = new AsyncDisposableStack();
  const database = parts.use(await createDatabase());
  const bouncer = parts.use(await startPgBouncer(BINARY, database.url, mode));
  const running = parts.move();
  return { url: bouncer.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Several people write to a chat at once. @returns the texts that were acknowledged, and those that are stored. */
async function talk({ url }: Stack): Promise<{ sent: string[]; stored: string[] }> {
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, () => Person.register(url, "person")),
  );
  const [owner, ...others] = people;
  if (!owner) throw new Error("nobody talks");
  const members = others.map(({ id }) => id);
  const { id: chat } = await owner.create({ kind: "channel", name: "room", members });
  const sent = await Promise.all(people.flatMap((person) => sayAll(person, chat)));
  const { messages } = await owner.json<{ messages: { body: string }[] }>(
    "GET",
    `/messages?chat=${chat}&limit=100`,
  );
  return { sent, stored: messages.map(({ body }) => body) };
}

function sayAll(person: Person, chat: string): Promise<string>[] {
  return Array.from({ length: MESSAGES / PEOPLE }, async (_, n) => {
    const body = `${person.user.username} ${n}`;
    await person.json("POST", "/messages", { chat, clientId: crypto.randomUUID(), body }, 201);
    return body;
  });
}

async function startSecondServer({ env }: Stack): Promise<{ code: number; errors: string }> {
  const second = startProgram("server/main.ts", { ...env, SERVER_PORT: String(freePort()) });
  const code = await second.exited;
  while (second.errors() === "") await Bun.sleep(5);
  return { code, errors: second.errors() };
}

describe.skipIf(BINARY === "" || DATABASE === "")("a PgBouncer before the database", () => {
  test.each([
    ["transaction", 1],
    ["session", 0],
  ] as const)(
    "Every message is stored in the %s mode of PgBouncer, with %i warning, and a second server is refused",
    async (mode, warnings) => {
      await using bouncer = await openBouncer(mode);
      await using stack = await startStack("postgres", { DATABASE_URL: bouncer.url });
      const { sent, stored } = await talk(stack);
      expect(sent).toHaveLength(MESSAGES);
      expect(stored.toSorted()).toEqual(sent.toSorted());
      const { code, errors } = await startSecondServer(stack);
      expect(code).toBe(78);
      expect(errors).toMatch(/^another Parley server uses this database[^\n]*\n$/);
      expect(stack.server.output().match(POOLER_WARNING) ?? []).toHaveLength(warnings);
      expect(stack.server.output()).not.toContain("26000");
    },
  );

  test("A password that PgBouncer refuses ends the start with 78", async () => {
    await using bouncer = await openBouncer("transaction");
    const url = Object.assign(new URL(bouncer.url), { password: "wrong" });
    const server = startProgram("server/main.ts", {
      DATABASE_URL: url.href,
      SERVER_PORT: String(freePort()),
    });
    expect(await server.exited).toBe(78);
    while (server.errors() === "") await Bun.sleep(5);
    expect(server.errors()).toMatch(/^DATABASE_URL must .* pooler accepts[^\n]*\n$/);
  });
});
