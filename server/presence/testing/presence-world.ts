import { jest } from "bun:test";
import type { PresenceEntry } from "@parley/contracts/frames";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { createHub } from "../../realtime/hub.ts";
import { FakeConnection, FakeNetwork } from "../../realtime/testing/fake-network.ts";
import type { LocalPresenceDeps } from "../local-presence.ts";
import type { Presence } from "../presence.ts";
import type { PresenceStore } from "../presence-store.ts";

/** Milliseconds of the fake clock that a statement takes. */
const STATEMENT_MS = 30;

/** A presence frame, and the time at which it was received. */
export interface ReceivedFrame {
  readonly at: number;
  readonly users: readonly PresenceEntry[];
}

/** A connection that keeps the presence frames that it received. */
class Reader extends FakeConnection {
  readonly received: ReceivedFrame[] = [];

  override deliver(frame: string): void {
    this.received.push({ at: Date.now(), users: JSON.parse(frame).users });
  }

  /** The users whom a client shows as online after these frames. */
  onlineUsers(): Set<string> {
    const online = new Set<string>();
    for (const { id, online: isOnline } of this.received.flatMap(({ users }) => users))
      if (isOnline) online.add(id);
      else online.delete(id);
    return online;
  }
}

/** Creates the presence that a test is about. */
export type CreatePresence = (deps: LocalPresenceDeps) => Presence;

/** Users, chats and blocks around presence, on a fake clock that the caller switches on. */
export class PresenceWorld {
  readonly members = new Map<string, Set<string>>();
  readonly blocks = new Set<string>();
  readonly readers: Reader[] = [];
  readonly saved = new Map<string, Date>();
  readonly failures: unknown[] = [];
  statements = 0;
  isDatabaseUp = true;
  readonly #hub = createHub(new FakeNetwork().publish);
  readonly presence: Presence;

  constructor(create: CreatePresence) {
    this.presence = create({
      hub: this.#hub,
      fail: (error) => void this.failures.push(error),
      ...this.#store(),
    });
  }

  /** Opens a connection; its snapshot is still to come. */
  async connect(user: UserId): Promise<Reader> {
    const reader = new Reader(user, `${user}’s session`);
    const chats = [...this.members].filter(([, users]) => users.has(user));
    const read = async () => chats.map(([id]) => ({ id, last_seq: 0, is_request: false }));
    await this.#hub.add(reader, read, () => {});
    this.readers.push(reader);
    this.presence.connected(reader).catch((error) => this.failures.push(error));
    return reader;
  }

  disconnect(reader: Reader): void {
    this.presence.disconnected(reader);
    this.#hub.remove(reader);
    this.readers.splice(this.readers.indexOf(reader), 1);
  }

  join(user: UserId, chat: ChatId): void {
    const users = this.members.getOrInsertComputed(chat, () => new Set());
    if (users.has(user)) return;
    users.add(user);
    this.#hub.join(user, chat);
    this.presence.joined(user, chat);
  }

  leave(user: UserId, chat: ChatId): void {
    if (!this.members.get(chat)?.delete(user)) return;
    this.#hub.leave(user, chat);
    this.presence.left(user, chat);
  }

  block(one: UserId, other: UserId): void {
    this.blocks.add(pair(one, other));
    this.presence.blockChanged(one, other);
  }

  unblock(one: UserId, other: UserId): void {
    this.blocks.delete(pair(one, other));
    this.presence.blockChanged(one, other);
  }

  isBlocked(one: UserId, other: UserId): boolean {
    return this.blocks.has(pair(one, other));
  }

  shareChat(one: UserId, other: UserId): boolean {
    return [...this.members.values()].some((users) => users.has(one) && users.has(other));
  }

  /** Advances the clock and runs what is due. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STATEMENT_MS) {
      jest.advanceTimersByTime(Math.min(STATEMENT_MS, ms - passed));
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    }
  }

  #store(): PresenceStore {
    const answer = async <T>(value: T): Promise<T> => {
      this.statements++;
      if (!this.isDatabaseUp) throw new Error("no database");
      await new Promise((resolve) => setTimeout(resolve, STATEMENT_MS));
      return value;
    };
    const othersOf = (user: UserId) =>
      [...this.blocks]
        .map((key) => key.split(" "))
        .flatMap(([a = "", b = ""]) => (a === user ? [b] : b === user ? [a] : []));
    return {
      blockedWith: (users) =>
        answer(new Map(users.map((user) => [user, new Set(othersOf(user))] as const))),
      readLastSeen: (users) =>
        answer(new Map(users.map((user) => [user, this.saved.get(user) ?? null] as const))),
      saveLastSeen: async (times) => {
        await answer(undefined);
        for (const [user, at] of times) this.saved.set(user, at);
      },
    };
  }
}

const pair = (one: UserId, other: UserId) => [one, other].sort().join(" ");
