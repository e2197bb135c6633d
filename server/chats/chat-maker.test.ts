import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { createHub } from "../realtime/hub.ts";
import { countStatements } from "../testing/count-statements.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import { openEventLog } from "../testing/open-event-log.ts";
import { createUserView } from "../users/user-view.ts";
import { createChatMaker } from "./chat-maker.ts";
import { createMemberNotifier } from "./member-notifier.ts";

onTestDatabase((db) => {
  /** Creates a group with a separate writer. @returns the statements and the published events. */
  async function createGroup(invited: number) {
    const people = await Promise.all(
      Array.from({ length: invited + 1 }, (_, index) => insertPerson(db(), `person ${index}`)),
    );
    // People who share a chat are no strangers, of whom few may be put into a group.
    await insertChat(db(), "group", people);
    const counted = countStatements(db());
    const users = createUserView({
      db: counted.db,
      avatars: { dataUrls: async () => new Map() },
      presence: { isOnline: () => false },
    });
    const published: ChatEvent[] = [];
    const writer = openEventLog(counted.db, {
      users,
      onPublished: (_, events) => void published.push(...events),
    });
    const memberNotifier = createMemberNotifier({
      presence: { joined() {}, left() {} },
      cluster: { membershipsChanged() {}, chatChanged() {} },
      onError: () => {},
      hub: createHub(() => {}),
      chats: { show: () => Promise.reject(new Error("nobody is connected")) },
    });
    const [creator = "", ...members] = people;
    await createChatMaker({ writer, memberNotifier })(creator, { kind: "group", members });
    return { people, published, statements: counted.statements() };
  }

  test("Creating a large group needs as many statements as creating a small one", async () => {
    const small = await createGroup(2);
    const large = await createGroup(60);
    expect(large.statements).toBe(small.statements);
  });

  test("Each first member of a group has a separate seq, and the creator has the first", async () => {
    const { people, published } = await createGroup(20);
    expect(published.map(({ seq }) => seq)).toEqual(people.map((_, index) => index + 1));
    expect(published.map((event) => "user" in event && event.user.id)).toEqual(people);
  });
});
