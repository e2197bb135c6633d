import { beforeAll, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import type { Draft, Message } from "@parley/contracts/messages";
import type { Database } from "@parley/db/open";
import { Refusal } from "@parley/platform/http/problem";
import fc from "fast-check";
import { readPage } from "../messages/history.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson, usernameOf } from "../testing/insert-people.ts";
import { openChatReplay, openEventLog } from "../testing/open-event-log.ts";

const RUNS = 20;
const EMOJIS = ["👍", "🚣", "❤️"] as const;
const BODIES = ["one", "two", "@bob", ""] as const;

/** An action of one user; `target` chooses among the acknowledged messages. */
type Action = { who: number; server: number } & (Send | Aimed);
type Send = { kind: "send"; body: number; replyTo: number | null };
type Aimed =
  | { kind: "retry" | "delete"; target: number }
  | { kind: "edit"; target: number; body: number }
  | { kind: "add" | "remove"; target: number; emoji: number };

const by = { who: fc.nat(2), server: fc.nat(1) };
const target = fc.nat(5);
const body = fc.nat(BODIES.length - 1);
const emoji = fc.nat(EMOJIS.length - 1);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ ...by, kind: fc.constant("send" as const), body, replyTo: fc.option(target) }),
  fc.record({ ...by, kind: fc.constantFrom("retry" as const, "delete" as const), target }),
  fc.record({ ...by, kind: fc.constant("edit" as const), target, body }),
  fc.record({ ...by, kind: fc.constantFrom("add" as const, "remove" as const), target, emoji }),
);
/** The actions of one round run at once. */
const rounds = fc.array(fc.array(action, { minLength: 1, maxLength: 8 }), { maxLength: 6 });

/** A server that writes to a room, and the events that it published. */
function openServer(db: Database, room: string) {
  const published: ChatEvent[] = [];
  const writer = openEventLog(db, {
    head: (chat) => (chat === room ? published.length : undefined),
    onPublished: (_, events) => void published.push(...events),
  });
  return { writer, changes: writer.changes, published };
}

type Server = ReturnType<typeof openServer>;

/** Runs rounds of actions in a new room, through two servers. @returns the events and acknowledgements. */
async function live(db: Database, people: readonly string[], plan: readonly Action[][]) {
  const room = await insertChat(db, "group", people);
  const servers = [openServer(db, room), openServer(db, room)] as const;
  const acknowledged: { sender: string; draft: Draft; seq: number }[] = [];
  const at = (index: number) => acknowledged[index % acknowledged.length];

  async function send(
    server: Server,
    actor: string,
    { body: index, replyTo }: Send,
  ): Promise<void> {
    const body = BODIES[index]?.replace("bob", usernameOf("bob", people[1] ?? "")) ?? "";
    const target = replyTo === null ? null : (at(replyTo)?.seq ?? null);
    const draft = { chat: room, clientId: crypto.randomUUID(), body, replyTo: target };
    const { seq } = await server.writer.send(actor, draft);
    acknowledged.push({ sender: actor, draft, seq });
  }

  async function change(server: Server, actor: string, action: Aimed): Promise<void> {
    const aim = at(action.target);
    if (!aim) return;
    const name = { chat: room, seq: aim.seq };
    switch (action.kind) {
      case "retry":
        expect((await server.writer.send(aim.sender, aim.draft)).seq).toBe(aim.seq);
        break;
      case "edit":
        await server.changes.edit(actor, name, BODIES[action.body] as string);
        break;
      case "delete":
        await server.changes.remove(actor, name);
        break;
      case "add":
      case "remove":
        await server.changes.react(actor, name, EMOJIS[action.emoji] as string, action.kind);
    }
  }

  function perform(action: Action): Promise<void> {
    const server = servers[action.server] as Server;
    const actor = people[action.who] as string;
    return action.kind === "send" ? send(server, actor, action) : change(server, actor, action);
  }

  for (const round of plan)
    for (const result of await Promise.allSettled(round.map(perform)))
      if (result.status === "rejected" && !(result.reason instanceof Refusal)) throw result.reason;
  for (const { writer } of servers) await writer.drain();
  return { room, published: servers.map((server) => server.published), acknowledged };
}

type State = Map<number, Message>;

/** Applies an event as a client of `reader` does. */
function apply(state: State, event: ChatEvent, reader: string): void {
  if (event.kind === "message") {
    state.set(event.seq, event.message);
    return;
  }
  if (event.kind === "member" || event.kind === "chat") return;
  const before = state.get(event.target);
  if (!before) throw new Error(`event ${event.seq} has an unknown target`);
  state.set(event.target, changed(before, event, reader));
}

type Change = Extract<ChatEvent, { kind: "edit" | "delete" | "reaction" }>;

function changed(message: Message, event: Change, reader: string): Message {
  const { reactions } = message;
  switch (event.kind) {
    case "edit":
      expect(event.message.reactions).toEqual(reactions.map((each) => ({ ...each, mine: false })));
      return { ...event.message, reactions };
    case "delete":
      return { ...message, body: "", files: [], reactions: [], deletedAt: event.at };
    case "reaction": {
      const old = reactions.find((each) => each.emoji === event.emoji);
      const count = (old?.count ?? 0) + (event.added ? 1 : -1);
      expect(event.count).toBe(count);
      const mine = event.by === reader ? event.added : (old?.mine ?? false);
      const tally = { emoji: event.emoji, count, mine };
      if (!old) return { ...message, reactions: [...reactions, tally] };
      const others = reactions.map((each) => (each === old ? tally : each));
      return { ...message, reactions: others.filter((each) => each.count > 0) };
    }
  }
}

function stateAfter(events: readonly ChatEvent[], reader: string): Message[] {
  const state: State = new Map();
  for (const event of events) apply(state, event, reader);
  return [...state.values()].sort((a, b) => a.seq - b.seq);
}

/** An event without the body, which a replay shows as it is after later edits. */
function withoutBody(event: ChatEvent): ChatEvent {
  if (event.kind !== "message" && event.kind !== "edit") return event;
  return { ...event, message: { ...event.message, body: "", editedAt: null, deletedAt: null } };
}

onTestDatabase((db) => {
  let people: string[];
  beforeAll(async () => {
    people = [];
    for (const name of ["ann", "bob", "cyd"]) people.push(await insertPerson(db(), name));
  });

  async function replayed(room: string, step: number): Promise<ChatEvent[]> {
    const replay = openChatReplay(db());
    const events: ChatEvent[] = [];
    for (;;) {
      const part = await replay(room, events.length, step);
      if (part.length === 0) return events;
      events.push(...part);
    }
  }

  test("After any concurrent actions, replayed and published events both equal a fresh fetch", async () => {
    await fc.assert(
      fc.asyncProperty(rounds, fc.integer({ min: 1, max: 20 }), async (plan, step) => {
        const { room, published, acknowledged } = await live(db(), people, plan);
        const events = await replayed(room, step);
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
        for (const received of published)
          expect(received.map(withoutBody)).toEqual(
            events.slice(0, received.length).map(withoutBody),
          );
        for (const reader of people) {
          const page = await readPage(db(), reader, room, { from: "newest" }, 100);
          const messages = page?.messages ?? [];
          expect(stateAfter(events, reader)).toEqual(messages);
          for (const received of published) {
            const rest = events.slice(received.length);
            expect(stateAfter([...received, ...rest], reader)).toEqual(messages);
          }
          expect(messages.map(({ seq, sender, clientId }) => ({ seq, sender, clientId }))).toEqual(
            acknowledged
              .map(({ seq, sender, draft }) => ({ seq, sender, clientId: draft.clientId }))
              .sort((a, b) => a.seq - b.seq),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });
});
