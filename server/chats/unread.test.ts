import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Chat } from "@parley/contracts/chats";
import type { ClientFrame } from "@parley/contracts/frames";
import fc from "fast-check";
import { sql } from "kysely";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

const RUNS = 8;
/** Greater than the seq of any message here. */
const BEYOND = 1_000;

/** `who` is the reader (0) or one of the others; `target` chooses among the messages of earlier rounds. */
type Step =
  | { kind: "send"; who: number; mentions: boolean }
  | { kind: "edit"; target: number; mentions: boolean }
  | { kind: "delete"; target: number }
  | { kind: "react"; target: number }
  | { kind: "read"; device: number; seq: number }
  | { kind: "block" | "unblock" }
  | { kind: "leave" | "join" };

const target = fc.nat(20);
const mentions = fc.boolean();
const send = fc.record({ kind: fc.constant("send" as const), who: fc.nat(2), mentions });
const read = fc.record({
  kind: fc.constant("read" as const),
  device: fc.nat(2),
  seq: fc.oneof(
    { weight: 7, arbitrary: fc.nat(30) },
    { weight: 1, arbitrary: fc.constant(BEYOND) },
  ),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: send },
  { weight: 2, arbitrary: read },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("edit" as const), target, mentions }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("delete" as const), target }) },
  fc.record({ kind: fc.constant("react" as const), target }),
  fc.record({ kind: fc.constantFrom("block" as const, "unblock" as const) }),
  fc.record({ kind: fc.constantFrom("leave" as const, "join" as const, "join" as const) }),
);
/** The steps of one round are taken at once. */
const round = fc.array(step, { minLength: 1, maxLength: 5, size: "max" });
const rounds = fc.array(round, { minLength: 4, maxLength: 14, size: "max" });

interface Said {
  readonly seq: number;
  readonly author: Person;
  mentions: boolean;
  isDeleted: boolean;
}

/** Removes steps whose outcome would depend on which of two concurrent steps comes first. */
function unambiguous(round: readonly Step[], said: readonly Said[]): Step[] {
  const about = (step: Step): string | undefined => {
    if (step.kind === "edit" || step.kind === "delete") return `${step.target % said.length}`;
    if (step.kind === "block" || step.kind === "unblock") return "blocks";
    return step.kind === "leave" || step.kind === "join" ? "members" : undefined;
  };
  return round.filter((step, index) => {
    const subject = about(step);
    return subject === undefined || round.findIndex((one) => about(one) === subject) === index;
  });
}

onTestDatabase((db) => {
  let server: TestServer;
  let reader: Person;
  let others: [Person, Person];
  let devices: ((frame: ClientFrame) => Promise<void>)[];
  beforeAll(async () => {
    server = openTestServer(db(), { RATE_LIMIT_MESSAGES_RPS: 100_000 });
    reader = await server.person("reader");
    others = [await server.person("one"), await server.person("other")];
    devices = [await server.device(reader), await server.device(reader)];
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** Creates a channel in which the reader and the others take rounds of steps. */
  async function openRoom() {
    const creation = { kind: "channel", name: "room", members: [reader.id, others[1].id] };
    const { id: chat } = (await others[0].post("/chats", creation)).body;
    await reader.delete(`/block/${others[1].id}`);
    const said: Said[] = [];
    let isBlocking = false;
    let readSeq = 0;

    const body = (mentions: boolean) =>
      `${crypto.randomUUID()} ${mentions ? `@${reader.username}` : ""}`;
    const at = (index: number, known: readonly Said[]) => known[index % known.length];
    const pathOf = ({ seq }: Said) => `/messages/${chat}/${seq}`;

    async function take(step: Step, known: readonly Said[]): Promise<void> {
      switch (step.kind) {
        case "send": {
          const author = [reader, ...others][step.who] as Person;
          const draft = { chat, clientId: crypto.randomUUID(), body: body(step.mentions) };
          const { status, body: message } = await author.post("/messages", draft);
          if (status !== 201) return;
          said.push({ seq: message.seq, author, mentions: step.mentions, isDeleted: false });
          return;
        }
        case "edit": {
          const one = at(step.target, known);
          if (!one) return;
          const words = { body: body(step.mentions) };
          const { status } = await one.author.patch(pathOf(one), words);
          if (status === 200) one.mentions = step.mentions;
          return;
        }
        case "delete": {
          const one = at(step.target, known);
          if (one && (await others[0].delete(pathOf(one))).status === 204) one.isDeleted = true;
          return;
        }
        case "react": {
          const one = at(step.target, known);
          if (one) await others[0].put(`${pathOf(one)}/reactions/👍`);
          return;
        }
        case "read": {
          const { seq } = step;
          await (devices[step.device]?.({ type: "read", chat, seq }) ??
            reader.post(`/chats/${chat}/read`, { seq }));
          return;
        }
        case "block":
          await reader.post("/block", { userId: others[1].id });
          isBlocking = true;
          return;
        case "unblock":
          await reader.delete(`/block/${others[1].id}`);
          isBlocking = false;
          return;
        case "leave":
        case "join":
          await reader.post(`/chats/${chat}/${step.kind}`);
      }
    }

    const shown = async (): Promise<Chat | undefined> =>
      (await reader.get("/bootstrap")).body.chats.find(({ id }: Chat) => id === chat);

    /** @returns the least and greatest position of the read mark after a round, for a reader who stayed a member. */
    function marks(round: readonly Step[], before: Chat, after: Chat): [number, number] {
      const targets = round.flatMap((step) => (step.kind === "read" ? step.seq : []));
      const furthest = (end: number) => Math.max(readSeq, ...targets.map((s) => Math.min(s, end)));
      return [furthest(before.lastSeq), furthest(after.lastSeq)];
    }

    async function live(round: readonly Step[]): Promise<void> {
      const known = [...said];
      const before = await shown();
      await Promise.all(round.map((step) => take(step, known)));
      const after = await shown();
      if (!after) return;
      const moved = round.some(({ kind }) => kind === "leave" || kind === "join");
      if (before && !moved) {
        const [least, most] = marks(round, before, after);
        expect(after.readSeq).toBeWithin(least, most + 1);
      }
      readSeq = after.readSeq;
      const unreadMessages = said.filter(
        (one) => one.seq > readSeq && one.author !== reader && !one.isDeleted,
      );
      const countedMentions = unreadMessages.filter(
        (one) => one.mentions && !(isBlocking && one.author === others[1]),
      );
      const { unread, mentions } = after;
      expect({ unread, mentions }).toEqual({
        unread: unreadMessages.length,
        mentions: countedMentions.length,
      });
    }

    return { live, said };
  }

  test("The unread count equals the undeleted messages of others after the read mark, after any steps", async () => {
    await fc.assert(
      fc.asyncProperty(rounds, async (plan) => {
        const { live, said } = await openRoom();
        for (const round of plan) await live(unambiguous(round, said));
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    );
  });

  test.each([
    [999, 999],
    [1_000, 1_000],
    [1_001, 1_000],
  ])("Of %i unread messages %i are counted", async (said, counted) => {
    const speaker = await insertPerson(db(), "speaker");
    const chat = await insertChat(db(), "group", [reader.id, speaker]);
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select ${chat}, n, ${speaker}, gen_random_uuid(), 'hello', now()
      from generate_series(1, ${said}::int) as n
    `.execute(db());
    await sql`update chats set last_seq = ${said} where id = ${chat}`.execute(db());
    expect((await reader.get(`/chats/${chat}`)).body).toMatchObject({
      readSeq: 0,
      unread: counted,
    });
  });
});
