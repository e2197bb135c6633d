import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { onTestDatabase } from "../testing/database.ts";
import { type Json, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

onTestDatabase((db) => {
  let server: TestServer;
  let ann: Person;
  let bob: Person;
  beforeAll(async () => {
    server = openTestServer(db());
    [ann, bob] = [await server.person("ann"), await server.person("bob")];
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const draftFor = (chat: string) => ({ chat, clientId: crypto.randomUUID(), body: "as sent" });

  /** A chat of Ann and Bob, and a message that Bob sent there. */
  async function sent(visibility: "public" | "private") {
    const creation = { kind: "channel", name: "team", visibility, members: [bob.id] };
    const chat = (await ann.post("/chats", creation)).body.id as string;
    const draft = draftFor(chat);
    const { body: message } = await bob.post("/messages", draft);
    return { chat, draft, at: `/messages/${chat}/${message.seq}`, message: message as Json };
  }

  const remove = (chat: string) => ann.delete(`/chats/${chat}/members/${bob.id}`);

  describe("a repeated clientId", () => {
    test("A member is shown the message as it is", async () => {
      const { draft, at, message } = await sent("private");
      await bob.patch(at, { body: "edited" });
      const { status, body } = await bob.post("/messages", draft);
      expect({ status, body }).toMatchObject({
        status: 200,
        body: { seq: message.seq, body: "edited" },
      });
    });

    test("A sender who was removed from the chat is shown nothing of it", async () => {
      const { chat, draft, at } = await sent("private");
      await remove(chat);
      await ann.put(`${at}/reactions/${encodeURIComponent("👀")}`);
      const repeated = await bob.post("/messages", draft);
      expect(repeated).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(repeated.body.detail).toBe((await bob.post("/messages", draftFor(chat))).body.detail);
    });

    test("A sender who left a public channel may read it, and is shown the message", async () => {
      const { chat, draft, message } = await sent("public");
      await remove(chat);
      const { status, body } = await bob.post("/messages", draft);
      expect({ status, body }).toMatchObject({ status: 200, body: { seq: message.seq } });
    });
  });
});
