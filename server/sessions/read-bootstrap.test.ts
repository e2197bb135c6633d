import { expect, test } from "bun:test";
import { createBlockView } from "../blocks/block-view.ts";
import { createChatView } from "../chats/chat-view.ts";
import { countStatements } from "../testing/count-statements.ts";
import { onTestDatabase } from "../testing/database.ts";
import { openTestServer, type Person } from "../testing/test-server.ts";
import { createUserView } from "../users/user-view.ts";
import { createReadBootstrap } from "./read-bootstrap.ts";

onTestDatabase((db) => {
  function openBootstrap() {
    const { db: reads, statements } = countStatements(db());
    const users = createUserView({
      db: reads,
      avatars: { dataUrls: async () => new Map() },
      presence: { isOnline: () => false },
    });
    const read = createReadBootstrap({
      reads,
      showUsers: users.show,
      chats: createChatView({ db: reads, users }),
      blocks: createBlockView({ db: reads, showUsers: users.show }),
    });
    return { read, statements };
  }

  const say = async (sender: Person, chat: string) =>
    sender.post("/messages", { chat, clientId: crypto.randomUUID(), body: "hello" });

  test("The bootstrap takes three statements, with nothing to show and with chats and blocks", async () => {
    await using server = openTestServer(db());
    const { read, statements } = openBootstrap();
    const [ann, bob, cat, dan] = [
      await server.person("ann"),
      await server.person("bob"),
      await server.person("cat"),
      await server.person("dan"),
    ];
    expect(await read(ann.id)).toMatchObject({ me: { id: ann.id }, chats: [], blocks: [] });
    expect(statements()).toBe(3);
    await ann.post("/chats", { kind: "direct", members: [bob.id] });
    const { id } = (await cat.post("/chats", { kind: "channel", name: "x", members: [ann.id] }))
      .body;
    await say(cat, id);
    await ann.post("/block", { userId: dan.id });
    const { me, chats, users, blocks } = await read(ann.id);
    expect(statements()).toBe(6);
    expect(chats).toHaveLength(2);
    expect(blocks.map(({ user }) => user.id)).toEqual([dan.id]);
    expect(users).toContainEqual(me);
    expect(users.map(({ id }) => id).sort()).toEqual(
      [ann, bob, cat, dan].map(({ id }) => id).sort(),
    );
  });
});
