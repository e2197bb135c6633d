import { afterAll, beforeAll, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { eventually } from "@parley/platform/testing/eventually";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import {
  framesOf,
  type Json,
  json,
  openTestServer,
  type Person,
  type TestServer,
} from "../testing/test-server.ts";

onTestDatabase((db) => {
  let server: TestServer;
  beforeAll(() => {
    server = openTestServer(db());
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const people = (...names: string[]) => Promise.all(names.map((name) => server.person(name)));

  async function makeGroup(by: Person, ...members: Person[]): Promise<Json> {
    const { status, body } = await by.post("/chats", groupOf(...members));
    expect(status).toBe(201);
    return body;
  }

  const groupOf = (...members: Person[]) => ({
    kind: "group",
    members: members.map(({ id }) => id),
  });

  /** Puts people into a public channel, so that they are no strangers. */
  async function acquaint(one: Person, ...others: Person[]): Promise<void> {
    const members = others.map(({ id }) => id);
    await one.post("/chats", { kind: "channel", name: "market", members });
  }

  const chatsOf = async (person: Person): Promise<Json[]> =>
    (await person.get("/bootstrap")).body.chats;

  const findChat = async (person: Person, id: string): Promise<Json> =>
    (await chatsOf(person)).find((chat) => chat.id === id);

  const say = (person: Person, chat: string, body = "hello") =>
    person.post("/messages", { chat, clientId: crypto.randomUUID(), body });

  test.each(["group", "channel", "direct"])(
    "A stranger who is put into a private %s gets a request",
    async (kind) => {
      const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
      const creation = { kind, visibility: "private", members: [bob.id] };
      const { status, body } = await ann.post("/chats", {
        ...creation,
        ...(kind === "channel" && { name: "den" }),
      });
      expect(status).toBe(201);
      expect(body.request).toBe(false);
      expect((await findChat(bob, body.id)).request).toBe(true);
      expect((await findChat(ann, body.id)).request).toBe(false);
    },
  );

  test("A stranger who is added to an existing group gets a request", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann);
    expect((await ann.put(`/chats/${id}/members/${bob.id}`)).status).toBe(200);
    expect((await findChat(bob, id)).request).toBe(true);
  });

  test("A stranger who is put into a public channel is a member at once, and no stranger then", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    await acquaint(ann, bob);
    expect((await chatsOf(bob))[0].request).toBe(false);
    const { id } = await makeGroup(ann, bob);
    expect((await findChat(bob, id)).request).toBe(false);
  });

  test("People who only share a request are strangers until it is accepted", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const first = await makeGroup(ann, bob);
    const second = await makeGroup(ann, bob);
    expect((await findChat(bob, second.id)).request).toBe(true);
    const accepted = await bob.post(`/chats/${first.id}/accept`);
    expect([accepted.status, accepted.body.request]).toEqual([200, false]);
    const third = await makeGroup(ann, bob);
    expect((await findChat(bob, third.id)).request).toBe(false);
    expect((await findChat(bob, second.id)).request).toBe(true);
  });

  test("Accepting twice changes nothing, and a chat of others cannot be accepted", async () => {
    const [ann, bob, eve] = (await people("ann", "bob", "eve")) as [Person, Person, Person];
    const { id } = await makeGroup(ann, bob);
    for (const _ of [1, 2]) expect((await bob.post(`/chats/${id}/accept`)).status).toBe(200);
    expect((await eve.post(`/chats/${id}/accept`)).status).toBe(404);
  });

  test("A message of the receiver accepts, over HTTP", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann, bob);
    expect((await say(bob, id)).status).toBe(201);
    expect((await findChat(bob, id)).request).toBe(false);
  });

  test("A refused message does not accept", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann, bob);
    expect((await say(bob, id, "   ")).status).toBe(422);
    expect((await findChat(bob, id)).request).toBe(true);
  });

  test("The other devices of the receiver are sent the chat when it is accepted, and `left` when it is declined", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const phone = await server.connect(bob);
    const [first, second, third] = [
      await makeGroup(ann, bob),
      await makeGroup(ann, bob),
      await makeGroup(ann, bob),
    ];
    const states = (id: string) =>
      framesOf(phone, "chat")
        .filter(({ chat }) => chat.id === id)
        .map(({ chat }) => chat.request);
    await eventually(() => states(third.id).length > 0);
    await bob.post(`/chats/${first.id}/accept`);
    await say(bob, second.id);
    await bob.post(`/chats/${third.id}/leave`);
    await eventually(() => states(first.id).at(-1) === false && states(second.id).at(-1) === false);
    expect(states(third.id)).toEqual([true]);
    expect(framesOf(phone, "left")).toEqual([{ type: "left", chat: third.id }]);
  });

  test("A declined request is gone, and its maker may not put the same person into a chat again", async () => {
    const [ann, bob, cat] = (await people("ann", "bob", "cat")) as [Person, Person, Person];
    const { id } = await makeGroup(ann, bob);
    expect((await bob.post(`/chats/${id}/leave`)).status).toBe(204);
    expect(await findChat(bob, id)).toBeUndefined();
    const again = await ann.post("/chats", groupOf(bob));
    expect([again.status, again.body.code]).toEqual([429, "rate_limited"]);
    const added = await ann.request(`/chats/${id}/members/${bob.id}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${ann.token}` },
    });
    expect(added.status).toBe(429);
    expect(Number(added.headers.get("retry-after"))).toBeWithin(29 * 86_400, 30 * 86_400 + 1);
    expect((await cat.post("/chats", groupOf(bob))).status).toBe(201);
  });

  test("A direct chat that was declined reaches nobody, and whoever declined it may open it again", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = (await ann.post("/chats", { kind: "direct", members: [bob.id] })).body;
    expect((await bob.post(`/chats/${id}/leave`)).status).toBe(204);
    expect((await findChat(ann, id)).peer.id).toBe(bob.id);
    expect((await say(ann, id)).status).toBe(201);
    expect((await bob.get(`/messages?chat=${id}`)).status).toBe(404);
    const asked = await ann.post("/chats", { kind: "direct", members: [bob.id] });
    expect([asked.status, asked.body.id]).toEqual([200, id]);
    expect(await findChat(bob, id)).toBeUndefined();
    const opened = await bob.post("/chats", { kind: "direct", members: [ann.id] });
    expect([opened.status, opened.body.id, opened.body.request]).toEqual([200, id, false]);
    expect((await say(ann, id)).status).toBe(201);
    expect((await findChat(ann, id)).members).toBe(2);
  });

  test("After the pause a direct chat may be asked for again", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const wish = { kind: "direct", members: [bob.id] };
    const { id } = (await ann.post("/chats", wish)).body;
    await bob.post(`/chats/${id}/leave`);
    const at = new Date(Date.now() - LIMITS.requests.pauseMs - 1_000);
    await db().updateTable("ended_requests").set({ at }).where("user_id", "=", bob.id).execute();
    expect((await ann.post("/chats", wish)).status).toBe(200);
    expect((await findChat(bob, id)).request).toBe(true);
  });

  test("A direct chat that is no request cannot be left", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = (await ann.post("/chats", { kind: "direct", members: [bob.id] })).body;
    await bob.post(`/chats/${id}/accept`);
    for (const person of [ann, bob])
      expect((await person.post(`/chats/${id}/leave`)).status).toBe(403);
  });

  test("Blocking a person declines all their requests, and only theirs", async () => {
    const [ann, bob, cat] = (await people("ann", "bob", "cat")) as [Person, Person, Person];
    const theirs = [await makeGroup(ann, bob), await makeGroup(ann, bob)];
    const direct = (await ann.post("/chats", { kind: "direct", members: [bob.id] })).body;
    const other = await makeGroup(cat, bob);
    const phone = await server.connect(bob);
    expect((await bob.post("/block", { userId: ann.id })).status).toBe(201);
    expect((await chatsOf(bob)).map(({ id }) => id)).toEqual([other.id]);
    expect(
      framesOf(phone, "left")
        .map(({ chat }) => chat)
        .sort(),
    ).toEqual([...theirs, direct].map(({ id }) => id).sort());
  });

  test("Of many requests that are made at once exactly 20 are stored", async () => {
    const ann = await server.person("ann");
    const strangers = await Promise.all(
      Array.from({ length: LIMITS.requests.open + 10 }, () => server.person("stranger")),
    );
    const answers = await Promise.all(
      strangers.map((stranger) => ann.post("/chats", groupOf(stranger))),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(LIMITS.requests.open);
    const refused = answers.find(({ status }) => status !== 201);
    expect([refused?.status, refused?.body.code]).toEqual([429, "rate_limited"]);
    expect(refused?.body.detail).not.toBeEmpty();

    const [one] = made;
    const receiver = strangers[answers.indexOf(one as (typeof answers)[number])] as Person;
    await receiver.post(`/chats/${one?.body.id}/accept`);
    const late = await server.person("late");
    expect((await ann.post("/chats", groupOf(late))).status).toBe(201);
    expect((await ann.post("/chats", groupOf(await server.person("later")))).status).toBe(429);
  });

  /** Opens all but one of the requests that a person may have open at others. */
  async function openAllButOne(person: Person): Promise<void> {
    const asked = await Promise.all(
      Array.from({ length: LIMITS.requests.open - 1 }, () => insertPerson(db(), "asked")),
    );
    const chat = await insertChat(db(), "group", asked);
    await db()
      .updateTable("members")
      .set({ requested_by: person.id })
      .where("chat_id", "=", chat)
      .execute();
  }

  test("The limit of requests is exact for two servers on one database", async () => {
    await using other = openTestServer(db());
    for (let round = 0; round < 5; round++) {
      const ann = await server.person("ann");
      await openAllButOne(ann);
      const strangers = await people("one", "two");
      const answers = await Promise.all(
        [server, other].map(({ request }, n) => {
          const init = json("POST", groupOf(strangers[n] as Person));
          const headers = { ...init.headers, authorization: `Bearer ${ann.token}` };
          return request("/chats", { ...init, headers });
        }),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 429]);
    }
  });

  test("A group whose strangers would exceed the limit is not made at all", async () => {
    const ann = await server.person("ann");
    const strangers = await Promise.all(
      Array.from({ length: LIMITS.requests.open + 1 }, () => server.person("stranger")),
    );
    expect((await ann.post("/chats", groupOf(...strangers))).status).toBe(429);
    expect(await chatsOf(ann)).toEqual([]);
  });

  test("A request that its maker takes back makes room for another", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann, bob);
    expect((await ann.delete(`/chats/${id}/members/${bob.id}`)).status).toBe(204);
    expect((await ann.put(`/chats/${id}/members/${bob.id}`)).status).toBe(200);
  });

  test("Neither side of a request sees the presence of the other, by frame or over HTTP", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann, bob);
    const laptop = await server.connect(ann);
    const phone = await server.connect(bob);
    const seen = async (viewer: Person, other: Person) => {
      const one = (await viewer.get(`/profile/${other.id}`)).body;
      const [found] = (await viewer.get(`/users?ids=${other.id}`)).body.users;
      const { members } = (await viewer.get(`/chats/${id}/members`)).body;
      const { user } = members.find((member: Json) => member.user.id === other.id);
      return [one, found, user].map(({ online }) => online);
    };
    expect(await seen(ann, bob)).toEqual([false, false, false]);
    expect(await seen(bob, ann)).toEqual([false, false, false]);
    const online = (connection: typeof phone) =>
      framesOf(connection, "presence").flatMap(({ users }) => users);
    expect([online(laptop), online(phone)]).toEqual([[], []]);

    await bob.post(`/chats/${id}/accept`);
    await eventually(() => online(laptop).some(({ id, online }) => id === bob.id && online));
    await eventually(() => online(phone).some(({ id, online }) => id === ann.id && online));
    expect(await seen(ann, bob)).toEqual([true, true, true]);
  });

  test("Strangers see no presence of each other, and everybody sees their own", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    await server.connect(bob);
    await db()
      .updateTable("users")
      .set({ last_seen_at: new Date() })
      .where("id", "=", bob.id)
      .execute();
    const hidden = { online: false, lastSeenAt: null };
    expect((await ann.get(`/profile/${bob.id}`)).body).toMatchObject(hidden);
    expect((await ann.get(`/users?query=${bob.username}`)).body.users[0]).toMatchObject(hidden);
    expect((await bob.get(`/profile/${bob.id}`)).body.online).toBe(true);
    await acquaint(ann, bob);
    const shown = (await ann.get(`/profile/${bob.id}`)).body;
    expect([shown.online, typeof shown.lastSeenAt]).toEqual([true, "string"]);
  });

  test("The read mark and the typing of a receiver are not shown before the request is accepted", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann, bob);
    const { seq } = (await say(ann, id)).body;
    const laptop = await server.connect(ann);
    const type = await server.device(bob);
    const phone = await server.connect(bob);
    await type({ type: "read", chat: id, seq });
    await type({ type: "typing", chat: id });
    await eventually(() => framesOf(phone, "read").length > 0);
    expect([framesOf(laptop, "read"), framesOf(laptop, "typing")]).toEqual([[], []]);
    const next = (await say(ann, id)).body;
    await bob.post(`/chats/${id}/accept`);
    await type({ type: "read", chat: id, seq: next.seq });
    await type({ type: "typing", chat: id });
    await eventually(
      () => framesOf(laptop, "read").length > 0 && framesOf(laptop, "typing").length > 0,
    );
  });

  test("A receiver reads the messages of a request as they come, and accepts it by a reaction", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann, bob);
    const phone = await server.connect(bob);
    const { seq } = (await say(ann, id)).body;
    await eventually(() =>
      framesOf(phone, "events").some(({ events }) => events.some((event) => event.seq === seq)),
    );
    const path = `/messages/${id}/${seq}/reactions/👍`;
    expect((await findChat(bob, id)).request).toBe(true);
    expect((await bob.put(path)).status).toBe(200);
    await eventually(() => framesOf(phone, "chat").at(-1)?.chat.request === false);
  });

  test("Somebody who did not accept does not become the owner while others are left", async () => {
    const [ann, bob, cat] = (await people("ann", "bob", "cat")) as [Person, Person, Person];
    const { id } = await makeGroup(ann, bob);
    await acquaint(ann, cat);
    await ann.put(`/chats/${id}/members/${cat.id}`);
    await ann.post(`/chats/${id}/leave`);
    expect((await findChat(cat, id)).role).toBe("owner");
    expect((await findChat(bob, id)).role).toBe("member");
  });

  test("Requests are not searched over all chats", async () => {
    const [ann, bob] = (await people("ann", "bob")) as [Person, Person];
    const { id } = await makeGroup(ann, bob);
    await say(ann, id, "pomegranate");
    const found = async () =>
      (await bob.get("/messages/search?query=pomegranate")).body.hits.length;
    expect(await found()).toBe(0);
    await bob.post(`/chats/${id}/accept`);
    expect(await found()).toBe(1);
  });

  test("A profile change is not sent to the other side of a request", async () => {
    const [ann, bob, cat] = (await people("ann", "bob", "cat")) as [Person, Person, Person];
    await makeGroup(ann, bob);
    await acquaint(ann, cat);
    const [phone, tablet] = [await server.connect(bob), await server.connect(cat)];
    await ann.patch("/profile", { displayName: "Ann the Second" });
    await eventually(() => framesOf(tablet, "profile").length > 0);
    expect(framesOf(phone, "profile")).toEqual([]);
  });
});
