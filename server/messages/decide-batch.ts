import type { Message } from "@parley/contracts/messages";
import { Refusal } from "@parley/platform/http/problem";
import {
  type BatchContext,
  fileKey,
  type OwnFile,
  pairKey,
  type Submission,
  sendKey,
  targetKey,
} from "./batch-context.ts";
import { denySend, type MissingParts } from "./can-send.ts";
import { showFile, showMessage } from "./show-messages.ts";

/** What became of one submission: a new message, the one that its `clientId` made before, or nothing. */
export type Outcome =
  | { kind: "stored"; message: Message }
  | { kind: "duplicate"; chat: string; seq: number; createdAt: Date }
  | { kind: "rejected"; refusal: Refusal };

/** A message that a batch adds, and the files it holds, in their order. */
export interface NewMessage {
  readonly row: ReturnType<typeof newRow>;
  readonly files: readonly OwnFile[];
}

export interface BatchDecision {
  /** One for each submission, in their order. */
  readonly outcomes: Outcome[];
  readonly added: NewMessage[];
  /** The newest `seq` of each chat that has new messages. */
  readonly heads: ReadonlyMap<string, number>;
}

/** Decides what becomes of each submission of a batch: a bad one rejects itself and none of its neighbours. */
export function decideBatch(
  batch: readonly Submission[],
  facts: BatchContext,
  now: Date,
): BatchDecision {
  const priors = new Map(facts.priors);
  const heads = new Map<string, number>();
  const added: NewMessage[] = [];

  function decide(submission: Submission): Outcome {
    const { sender, draft } = submission;
    const key = sendKey(sender, draft.clientId);
    const prior = priors.get(key);
    if (prior) {
      const { chat_id: chat, seq, created_at: createdAt } = prior;
      return { kind: "duplicate", chat, seq, createdAt };
    }
    const files = filesOf(submission, facts);
    const standing = facts.standings.get(pairKey(draft.chat, sender));
    const refused = denySend(draft, standing, missingParts(submission, files, facts), now);
    if (refused) return { kind: "rejected", refusal: new Refusal(refused.code, refused.detail) };
    const row = newRow(submission, nextSeq(draft.chat), now);
    added.push({ row, files });
    priors.set(key, row);
    return { kind: "stored", message: showMessage(row, files.map(showFile), []) };
  }

  function nextSeq(chat: string): number {
    const seq = (heads.get(chat) ?? facts.heads.get(chat) ?? 0) + 1;
    heads.set(chat, seq);
    return seq;
  }

  return { outcomes: batch.map(decide), added, heads };
}

function filesOf({ sender, draft }: Submission, facts: BatchContext): OwnFile[] {
  return [...new Set(draft.files)].flatMap((file) => facts.files.get(fileKey(sender, file)) ?? []);
}

function missingParts(
  { draft }: Submission,
  files: readonly OwnFile[],
  { heads, targets }: BatchContext,
): MissingParts {
  return {
    // A chat that came to be only after the others were locked is not written to in this batch.
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
