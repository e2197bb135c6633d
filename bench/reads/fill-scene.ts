import type { Chat } from "@parley/contracts/chats";
import type { Draft, Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import { Person } from "../../test/stack/person.ts";
import { insertCrowd } from "./insert-crowd.ts";
import { randomPicture } from "./random-picture.ts";

const PEOPLE = 20;
const SENDERS = 10;
const GROUPS = 9;
const PEERS = 10;
const MESSAGES = { inChannel: 200, inOther: 10 };
/** Of the chats of the viewer, every fourth has messages that the viewer has not read. */
const UNREAD_EVERY = 4;
const REPLY_EVERY = 7;
const REACTED_EVERY = 4;
const EMOJIS = ["👍", "🎉", "❤️"];
const SENTENCES = [
  "Lanes are drawn.",
  "We have lane 4 next to Prague, the calm side.",
  "Can somebody bring the second trailer on Saturday?",
  "Yes.",
  "I will be at the boathouse from eight, and the coffee is on me.",
  "The wind turns in the afternoon, so let us start with the eights and keep the singles for the evening.",
];

/** A user whose client starts, with what their reads need. */
export interface Scene {
  readonly viewer: Person;
  /** A channel with a history of several pages. */
  readonly chat: string;
  /** Data URLs by the ID of the user. */
  readonly avatars: Readonly<Record<string, string>>;
}

/** Makes a channel with ten people who write and react, nine groups and ten direct chats, all of one user, among a crowd. */
export async function fillScene(url: string, databaseUrl: string): Promise<Scene> {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => withAvatar(url)));
  const [viewer, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  const { id: chat } = await viewer.create({ kind: "channel", name: "regatta", members });
  await talk(chat, people.slice(0, SENDERS), MESSAGES.inChannel);
  for (let n = 0; n < GROUPS; n++) {
    const crew = [viewer, ...others.slice(n, n + 4)];
    const crewIds = crew.slice(1).map(({ id }) => id);
    const { id } = await viewer.create({ kind: "group", name: `crew ${n}`, members: crewIds });
    await talkAndRead(viewer, id, crew, n);
  }
  for (const [n, peer] of others.slice(-PEERS).entries()) {
    const { id } = await viewer.create({ kind: "direct", members: [peer.id] });
    await talkAndRead(viewer, id, [viewer, peer], n);
  }
  await insertCrowd(databaseUrl);
  return { viewer, chat, avatars: await avatarsOf(viewer, people) };
}

async function withAvatar(url: string): Promise<Person> {
  const person = await Person.register(url, "rower");
  const response = await fetch(`${url}/service/api/profile/avatar`, {
    method: "PUT",
    headers: { authorization: `Bearer ${person.token}`, "content-type": "image/png" },
    body: await randomPicture(),
  });
  if (!response.ok) throw new Error(`avatar: ${response.status} ${await response.text()}`);
  return person;
}

/** Lets people write in turn; some messages are replies, and to some others react. */
async function talk(chat: string, people: readonly Person[], count: number): Promise<void> {
  let previous: number | null = null;
  for (let n = 0; n < count; n++) {
    const body = SENTENCES.slice(n % SENTENCES.length, (n % SENTENCES.length) + 2).join(" ");
    const replyTo: number | null = n % REPLY_EVERY === REPLY_EVERY - 1 ? previous : null;
    const draft: Draft = { chat, clientId: crypto.randomUUID(), body, replyTo };
    const sender = people[n % people.length] as Person;
    const { seq }: Message = await sender.json("POST", "/messages", draft, 201);
    previous = seq;
    if (n % REACTED_EVERY === 0) await react(chat, seq, people.slice(1));
  }
}

async function react(chat: string, seq: number, people: readonly Person[]): Promise<void> {
  for (const [n, person] of people.slice(0, 3).entries()) {
    const emoji = encodeURIComponent(EMOJIS[(seq + n) % 2] ?? "");
    await person.json("PUT", `/messages/${chat}/${seq}/reactions/${emoji}`);
  }
}

async function talkAndRead(viewer: Person, chat: string, people: readonly Person[], n: number) {
  await talk(chat, people, MESSAGES.inOther);
  const { lastSeq: seq } = await viewer.json<Chat>("GET", `/chats/${chat}`);
  if (n % UNREAD_EVERY > 0) await viewer.json("POST", `/chats/${chat}/read`, { seq }, 204);
}

async function avatarsOf(viewer: Person, people: readonly Person[]) {
  const users = await Promise.all(
    people.map(({ id }) => viewer.json<User>("GET", `/profile/${id}`)),
  );
  return Object.fromEntries(users.map(({ id, avatar }) => [id, avatar ?? ""]));
}
