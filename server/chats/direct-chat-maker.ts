import type { ChatId, UserId } from "@parley/contracts/ids";
import { throwIfDenied } from "@parley/platform/http/problem";
import { blockedUsers } from "../blocks/blocked-users.ts";
import type { EventTransaction } from "../events/event-transaction.ts";
import { lockChat } from "../events/lock-chat.ts";
import type { AddMembers } from "./add-members.ts";
import { admit, countCreation, readAdmission } from "./admission.ts";
import {
  type ChatRow,
  findDirect,
  insertChat,
  membersByAge,
  type NewMember,
} from "./chat-store.ts";
import { directKey } from "./plan-creation.ts";
import { denyMembership } from "./request-rules.ts";
import { countChats, lockCounts } from "./request-store.ts";
import { requireInvitable } from "./require-invitable.ts";

/** A direct chat of two users: new, or the one that they have. */
interface DirectChat {
  readonly id: ChatId;
  readonly isNew: boolean;
}

/** Creates the function that opens the direct chat of two users. */
export function createDirectChatMaker(addMembers: AddMembers) {
  /** Both users have the role `member`, because neither may manage the other. */
  async function create(
    transaction: EventTransaction,
    creator: UserId,
    peer: UserId,
  ): Promise<DirectChat> {
    await requireInvitable(transaction, creator, [peer]);
    await countCreation(transaction, creator);
    const requests = await admit(transaction, creator, "private", [peer]);
    const id = await insertChat(transaction.tx, {
      kind: "direct",
      visibility: "private",
      name: "",
      topic: "",
      direct_key: directKey(creator, peer),
      created_by: creator,
    });
    if (id === null) throw new Error("a direct chat was made although its users were locked");
    const requestedBy = requests.has(peer) ? creator : null;
    await addMembers(transaction, creator, { id, last_seq: 0 }, [
      plainMember(creator),
      { ...plainMember(peer), requestedBy },
    ]);
    return { id, isNew: true };
  }

  /** Whoever declined the chat is a member again by opening it; the other asks again by opening it. */
  async function reopen(
    transaction: EventTransaction,
    opener: UserId,
    peer: UserId,
    id: ChatId,
  ): Promise<void> {
    const chat = (await lockChat(transaction.tx, id)) as ChatRow;
    const present = await membersByAge(transaction.tx, id);
    const isMissing = (user: UserId) => present.every(({ user_id }) => user_id !== user);
    if (isMissing(opener)) await rejoin(transaction, chat, opener);
    if (isMissing(peer)) await askAgain(transaction, chat, opener, peer);
  }

  async function rejoin(transaction: EventTransaction, chat: ChatRow, user: UserId): Promise<void> {
    throwIfDenied(denyMembership(await countChats(transaction.tx, user)));
    await addMembers(transaction, user, chat, [plainMember(user)]);
  }

  /** Does nothing where the peer may not be asked: the opener finds the chat as it is. */
  async function askAgain(
    transaction: EventTransaction,
    chat: ChatRow,
    opener: UserId,
    peer: UserId,
  ): Promise<void> {
    const { tx, now } = transaction;
    if ((await blockedUsers(tx, opener, [peer], now)).size > 0) return;
    const admission = await readAdmission(transaction, opener, "private", [peer]);
    if (admission.kind === "denied") return;
    const requestedBy = admission.requests.has(peer) ? opener : null;
    await addMembers(transaction, opener, chat, [{ ...plainMember(peer), requestedBy }]);
  }

  return async function openDirectChat(
    transaction: EventTransaction,
    opener: UserId,
    peer: UserId,
  ): Promise<DirectChat> {
    await lockCounts(transaction.tx, [opener, peer]);
    const existing = await findDirect(transaction.tx, directKey(opener, peer));
    if (existing === null) return create(transaction, opener, peer);
    await reopen(transaction, opener, peer, existing);
    return { id: existing, isNew: false };
  };
}

function plainMember(user: UserId): NewMember {
  return { user, role: "member", requestedBy: null };
}
