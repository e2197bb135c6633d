import { expect, test } from "bun:test";
import { createLog } from "@parley/platform/process/log";
import { createHub } from "../realtime/hub.ts";
import { chatTopic } from "../realtime/server-connection.ts";
import { FakeNetwork } from "../realtime/testing/fake-network.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import { createReadMarks } from "./read-marks.ts";

const log = createLog("test", "silent");

onTestDatabase((db) => {
  test("A read mark reaches every connection of the reader, also one that is catching up, and the other members once", async () => {
    const [ann, bob] = [await insertPerson(db(), "ann"), await insertPerson(db(), "bob")];
    const room = await insertChat(db(), "group", [ann, bob]);
    await db().updateTable("chats").set({ last_seq: 9 }).where("id", "=", room).execute();
    const network = new FakeNetwork();
    const hub = createHub(network.publish);
    const connections = [
      network.connection(ann, "1"),
      network.connection(ann, "2"),
      network.connection(bob),
    ];
    for (const connection of connections)
      await hub.add(
        connection,
        async () => [{ id: room, last_seq: 9, is_request: false }],
        () => {},
      );
    connections[0]?.unsubscribe([chatTopic(room)]);
    const { mark: markRead } = createReadMarks({ db: db(), hub, log });
    expect(await markRead(ann, room, 5)).toBe(true);
    const frame = { type: "read" as const, chat: room, user: ann, seq: 5 };
    expect(connections.map(({ frames }) => frames)).toEqual([[frame], [frame], [frame]]);
    expect(await markRead(ann, room, 4)).toBe(true);
    expect(connections.map(({ frames }) => frames.length)).toEqual([1, 1, 1]);
    expect(await markRead(Bun.randomUUIDv7(), room, 4)).toBe(false);
  });
});
