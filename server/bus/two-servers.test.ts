import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isKnownEvent } from "@parley/contracts/events";
import { migrateToLatest } from "@parley/db/migrate";
import { openPostgres } from "@parley/db/open";
import { eventually } from "@parley/platform/testing/eventually";
import type { FakeConnection } from "../realtime/testing/fake-network.ts";
import { createDatabase, onTestDatabase } from "../testing/database.ts";
import { type FaultyProxy, openFaultyProxy } from "../testing/faulty-proxy.ts";
import { framesOf, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";
import { createInProcessBus } from "./in-process-bus.ts";

onTestDatabase((db) => {
  let here: TestServer;
  let there: TestServer;
  beforeAll(() => {
    const openBus = createInProcessBus();
    here = openTestServer(db(), {}, { openBus });
    there = openTestServer(db(), {}, { openBus });
  });
  afterAll(async () => {
    await there[Symbol.asyncDispose]();
    await here[Symbol.asyncDispose]();
  });

  /** Two members of a channel: Ann, who calls the first server, and Bob, who is connected to the second. */
  async function openChannel() {
    const [ann, bob] = [await here.person("ann"), await here.person("bob")];
    const members = [bob.id];
    const { body } = await ann.post("/chats", { kind: "channel", name: "team", members });
    return { ann, bob, chat: body.id as string, bobThere: await there.connect(bob) };
  }

  const send = (by: Person, chat: string, text: string) =>
    by.post("/messages", { chat, clientId: crypto.randomUUID(), body: text });

  const bodies = (connection: FakeConnection, chat: string) =>
    framesOf(connection, "events").flatMap((frame) =>
      frame.chat === chat
        ? frame.events
            .filter(isKnownEvent)
            .flatMap((event) => (event.kind === "message" ? [event.message.body] : []))
        : [],
    );

  const hasFrame = (connection: FakeConnection, frame: object) =>
    eventually(() => connection.frames.some((sent) => Bun.deepMatch(frame, sent)));

  describe("two servers on one bus", () => {
    test("Messages of both servers are received at each server once and in order", async () => {
      const { ann, chat, bobThere } = await openChannel();
      const annHere = await here.connect(ann);
      const [sendHere, sendThere] = [await here.device(ann), await there.device(ann)];
      const texts = Array.from({ length: 60 }, (_, n) => `text ${n}`);
      await Promise.all(
        texts.map((body, n) =>
          (n % 2 ? sendHere : sendThere)({
            type: "send",
            clientId: crypto.randomUUID(),
            chat,
            body,
          }),
        ),
      );
      await eventually(() => [annHere, bobThere].every((s) => bodies(s, chat).length >= 60));
      const seqs = annHere.seqs(chat);
      expect(seqs).toEqual(Array.from({ length: 60 }, (_, n) => (seqs[0] ?? 0) + n));
      expect(bobThere.seqs(chat)).toEqual(seqs);
      expect(bodies(bobThere, chat)).toEqual(bodies(annHere, chat));
      expect(bodies(annHere, chat).toSorted()).toEqual(texts.toSorted());
    });

    test("Ending a session closes its connection at another server", async () => {
      const { bob, bobThere } = await openChannel();
      await bob.post("/logout");
      await eventually(() => bobThere.closed !== undefined);
      expect(bobThere.closed?.code).toBe(4401);
    });

    test("A request that is made and accepted at one server is a request at another until then", async () => {
      const [ann, bob] = [await here.person("ann"), await here.person("bob")];
      const [annThere, bobThere] = [await there.connect(ann), await there.connect(bob)];
      const send = await there.device(bob);
      const { id: chat } = (await ann.post("/chats", { kind: "group", members: [bob.id] })).body;
      const isShown = (request: boolean) =>
        hasFrame(bobThere, { type: "chat", chat: { id: chat, request } });
      await isShown(true);
      await send({ type: "typing", chat });
      expect(framesOf(annThere, "typing")).toEqual([]);
      await bob.post(`/chats/${chat}/accept`);
      await isShown(false);
      await send({ type: "typing", chat });
      await eventually(() => framesOf(annThere, "typing").length > 0);
    });

    test("A user who is added at one server is shown the chat at another and receives its messages", async () => {
      const { ann, chat } = await openChannel();
      const cyd = await here.person("cyd");
      const cydThere = await there.connect(cyd);
      await ann.put(`/chats/${chat}/members/${cyd.id}`, {});
      await hasFrame(cydThere, { type: "chat", chat: { id: chat } });
      await send(ann, chat, "welcome");
      await eventually(() => bodies(cydThere, chat).includes("welcome"));
    });

    test("A user who is removed at one server receives nothing of the chat at another", async () => {
      const { ann, bob, chat, bobThere } = await openChannel();
      await ann.delete(`/chats/${chat}/members/${bob.id}`);
      await hasFrame(bobThere, { type: "left", chat });
      await send(ann, chat, "secret");
      await Bun.sleep(100);
      expect(bodies(bobThere, chat)).toEqual([]);
    });

    test("A renamed chat is shown to the members at another server", async () => {
      const { ann, chat, bobThere } = await openChannel();
      await ann.patch(`/chats/${chat}`, { name: "renamed" });
      await hasFrame(bobThere, { type: "chat", chat: { id: chat, name: "renamed" } });
    });

    test("A block is sent to its maker at another server, and hides the maker from the other", async () => {
      const { ann, bob } = await openChannel();
      await ann.patch("/profile", { bio: "a bio" });
      const [annThere, bobThere] = [await there.connect(ann), await there.connect(bob)];
      await ann.post("/block", { userId: bob.id });
      await hasFrame(annThere, { type: "block", block: { user: { id: bob.id } } });
      await hasFrame(bobThere, { type: "profile", user: { id: ann.id } });
      await eventually(() =>
        framesOf(bobThere, "presence")
          .flatMap(({ users }) => users)
          .some(({ id, online }) => id === ann.id && !online),
      );
      await ann.delete(`/block/${bob.id}`);
      await hasFrame(annThere, { type: "unblock", user: bob.id });
    });

    test("A changed profile is sent to acquaintances at another server", async () => {
      const { ann, bobThere } = await openChannel();
      await ann.patch("/profile", { displayName: "Ann the Second" });
      await hasFrame(bobThere, { type: "profile", user: { displayName: "Ann the Second" } });
    });

    test("Typing and read marks reach members at another server, and not the user's own connections", async () => {
      const { ann, chat, bobThere } = await openChannel();
      const [annThere, device] = [await there.connect(ann), await here.device(ann)];
      await send(ann, chat, "hello");
      await device({ type: "typing", chat });
      await hasFrame(bobThere, { type: "typing", chat, user: ann.id });
      await device({ type: "read", chat, seq: 2 });
      await hasFrame(bobThere, { type: "read", chat, user: ann.id });
      await hasFrame(annThere, { type: "read", chat, user: ann.id });
      expect(framesOf(annThere, "typing")).toEqual([]);
    });

    test("Each event is handed to the listeners of the one server that committed it", async () => {
      const { ann, bob, chat } = await openChannel();
      const [sendHere, sendThere] = [await here.device(ann), await there.device(bob)];
      const draft = (body: string) => ({ chat, clientId: crypto.randomUUID(), body });
      for (let n = 0; n < 5; n++)
        await Promise.all([
          sendHere({ type: "send", ...draft(`here ${n}`) }),
          sendThere({ type: "send", ...draft(`there ${n}`) }),
        ]);
      await ann.patch(`/chats/${chat}`, { name: "renamed" });
      const seqs = (of: TestServer) =>
        of.committed.filter((each) => each.chat === chat).map(({ event }) => event.seq);
      const { lastSeq } = (await ann.get(`/chats/${chat}`)).body;
      await eventually(() => seqs(here).length + seqs(there).length >= lastSeq);
      expect([...seqs(here), ...seqs(there)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: lastSeq }, (_, n) => n + 1),
      );
      expect(seqs(there)).toHaveLength(5);
    });

    test("Messages that were written before a server subscribed to the chat are published there", async () => {
      const { ann, chat, bobThere } = await openChannel();
      const sent = Array.from({ length: 20 }, (_, n) => send(ann, chat, `text ${n}`));
      const annThere = await there.connect(ann);
      await Promise.all(sent);
      await send(ann, chat, "last");
      await eventually(() => bodies(annThere, chat).includes("last"));
      await eventually(() => bodies(bobThere, chat).length >= 21);
      const seqs = annThere.seqs(chat);
      expect(seqs).toEqual(seqs.map((_, n) => (seqs[0] ?? 0) + n));
    });
  });
});

describe.skipIf(process.env["TEST_DATABASE_URL"] === undefined)(
  "two servers whose connections to PostgreSQL break",
  () => {
    const stack = new AsyncDisposableStack();
    let line: FaultyProxy;
    let here: TestServer;
    let there: TestServer;
    beforeAll(async () => {
      const database = stack.use(await createDatabase());
      line = stack.use(await openFaultyProxy(database.url));
      const db = stack.use(openPostgres(line.url, () => {})).db;
      await migrateToLatest(db);
      const openBus = createInProcessBus();
      here = stack.use(openTestServer(db, {}, { openBus }));
      there = stack.use(openTestServer(db, {}, { openBus }));
    });
    afterAll(() => stack.disposeAsync());

    test.each([
      { fault: "lose the response", way: "alone" },
      { fault: "lose the response", way: "with a mention" },
      { fault: "lose the commit", way: "alone" },
      { fault: "lose the commit", way: "with a mention" },
    ] as const)(
      "When faults $fault, a message $way reaches the other server and the listeners once",
      async ({ fault, way }) => {
        const [ann, bob] = [await here.person("ann"), await here.person("bob")];
        const creation = { kind: "group", name: "team", members: [bob.id] };
        const chat = (await ann.post("/chats", creation)).body.id;
        const bobThere = await there.connect(bob);
        const body = way === "alone" ? "hello" : "hello @bob";
        const draft = { chat, clientId: crypto.randomUUID(), body };
        // Only a message without effects is stored by one statement.
        line.breakAtCommit(fault, way === "alone" ? draft.clientId : undefined);
        const { body: sent } = await ann.post("/messages", draft);
        await eventually(() => bobThere.seqs(chat).includes(sent.seq));
        // A client that lost the ack sends the message again, and the response is lost as well.
        line.breakAtCommit("lose the response", draft.clientId);
        expect((await ann.post("/messages", draft)).body.seq).toBe(sent.seq);
        const handed = (server: TestServer) =>
          server.committed.filter(({ event }) => event.kind === "message" && event.by === ann.id);
        expect(handed(here).map(({ event }) => event.seq)).toEqual([sent.seq]);
        expect(handed(there)).toEqual([]);
        expect(bobThere.seqs(chat)).toEqual([sent.seq]);
      },
    );
  },
);
