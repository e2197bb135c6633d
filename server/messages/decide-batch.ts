import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import { Refusal } from "@parley/platform/http/problem";
import type { Outcome } from "../events/store-outcome.ts";
import { authorizeSend, type MissingParts } from "./authorize-send.ts";
import {
  type BatchContext,
  fileKey,
  type OwnFile,
  type Prior,
  pairKey,
  type Submission,
  sendKey,
  targetKey,
} from "./batch-context.ts";
import { messageEvent, showFile, showMessage } from "./show-messages.ts";

/** The result of sending a draft. */
export interface Sent {
  readonly chat: ChatId;
  readonly seq: number;
  readonly createdAt: string;
  /** The new message; null when the same `clientId` made it before. */
  readonly message: Message | null;
  /** Whether the message accepted the sender's request. */
  readonly accepts: boolean;
}

/** A message to insert, and its files in their order. */
export interface NewMessage {
  readonly row: ReturnType<typeof newRow>;
  readonly files: readonly OwnFile[];
  /** Whether the message accepts the sender's request. */
  readonly accepts: boolean;
}

export interface BatchDecision {
  /** One for each submission, in their order. */
  readonly outcomes: Outcome<Sent>[];
  readonly added: NewMessage[];
  /** The new last `seq` of each chat that has new messages. */
  readonly heads: ReadonlyMap<string, number>;
}

/** Decides what becomes of each submission of a batch; a rejected one does not affect the others. */
export function decideBatch(
  batch: readonly Submission[],
  context: BatchContext,
  now: Date,
): BatchDecision {
  const priors = new Map(context.priors);
  const heads = new Map<string, number>();
  const added: NewMessage[] = [];

  function decide(submission: Submission): Outcome<Sent> {
    const { sender, draft } = submission;
    const key = sendKey(sender, draft.clientId);
    const prior = priors.get(key);
    if (prior) return duplicate(prior);
    const files = filesOf(submission, context);
    const permissions = context.permissions.get(pairKey(draft.chat, sender));
    const denial = authorizeSend(draft, permissions, missingParts(submission, files, context), now);
    if (denial) return { kind: "rejected", refusal: new Refusal(denial.code, denial.detail) };
    const row = newRow(submission, nextSeq(draft.chat), now);
    added.push({ row, files, accepts: permissions?.isRequest === true });
    priors.set(key, row);
    return stored(showMessage(row, files.map(showFile), []), permissions?.isRequest === true);
  }

  function nextSeq(chat: ChatId): number {
    const seq = (heads.get(chat) ?? context.heads.get(chat) ?? 0) + 1;
    heads.set(chat, seq);
    return seq;
  }

  return { outcomes: batch.map(decide), added, heads };
}

function stored(message: Message, accepts: boolean): Outcome<Sent> {
  const { chat, seq, createdAt } = message;
  const result = { chat, seq, createdAt, message, accepts };
  return { kind: "stored", chat, event: messageEvent(message), result };
}

function duplicate({ chat_id: chat, seq, created_at }: Prior): Outcome<Sent> {
  const result = { chat, seq, createdAt: created_at.toISOString(), message: null, accepts: false };
  return { kind: "duplicate", chat, seq, at: created_at, result };
}

function filesOf({ sender, draft }: Submission, { files }: BatchContext): OwnFile[] {
  return [...new Set(draft.files)].flatMap((file) => files.get(fileKey(sender, file)) ?? []);
}

function missingParts(
  { draft }: Submission,
  files: readonly OwnFile[],
  { heads, targets }: BatchContext,
): MissingParts {
  return {
    // A chat that was created after the other chats were locked is not written to in this batch.
    chat: !heads.has(draft.chat),
    replyTarget: draft.replyTo != null && !targets.has(targetKey(draft.chat, draft.replyTo)),
    files: files.length < new Set(draft.files).size,
  };
}

function newRow({ sender, draft }: Submission, seq: number, now: Date) {
  return {
    chat_id: draft.chat,
    seq,
    sender_id: sender,
    client_id: draft.clientId.toLowerCase(),
    body: draft.body,
    reply_to: draft.replyTo ?? null,
    created_at: now,
    edited_at: null,
    deleted_at: null,
  };
}
