import { ChatKind, MemberRole } from "@parley/contracts/chats";
import { mentionedNames } from "@parley/contracts/mentions";
import type { Database } from "@parley/db/open";
import { type Parameters, prepare } from "@parley/db/prepare";
import { sql } from "kysely";
import type { Outcome } from "../events/store-outcome.ts";
import { authorizeSend, type Permissions } from "./authorize-send.ts";
import { pairKey, type Submission, targetKey } from "./batch-context.ts";
import { decideBatch, type Sent } from "./decide-batch.ts";

interface StoreMessage {
  readonly chat: string;
  readonly sender: string;
  readonly clientId: string;
  readonly body: string;
  readonly replyTo: number | null;
  readonly now: Date;
  readonly permitted: readonly string[];
}

const storeMessage = prepare(
  (_db, { chat, sender, clientId, body, replyTo, now, permitted }: Parameters<StoreMessage>) =>
    sql<{ seq: number | null }>`
      select store_message(${chat}::uuid, ${sender}::uuid, ${clientId}::uuid, ${body}::text,
        ${replyTo}::bigint, ${now}::timestamptz, ${permitted}::text[]) as seq
    `,
);

/** The permissions of every kind of member whom nothing restricts, each as PostgreSQL writes its row. */
export const UNRESTRICTED: readonly { permissions: Permissions; row: string }[] =
  ChatKind.options.flatMap((kind) =>
    MemberRole.options.map((role) => {
      const nothing = { mutedUntil: null, suspendedUntil: null, blocked: false, isRequest: false };
      return { permissions: { kind, role, ...nothing }, row: `(${kind},${role},,,f,f)` };
    }),
  );

const NOTHING_MISSING = { chat: false, replyTarget: false, files: false };

/**
 * Stores one draft while the server waits for the database once: it decides before it knows.
 *
 * The rules are applied to the permissions that the sender may have, and PostgreSQL stores the message
 * only if the permissions that it reads under the lock of the chat are among those that are permitted,
 * a reply target exists and the `clientId` is new. So the decision is the one of
 * {@link decideBatch} on the facts of the transaction.
 * @returns null when nothing was stored, and the draft needs a decision on the facts.
 */
export async function storeLone(
  db: Database,
  submission: Submission,
  now: Date,
): Promise<Outcome<Sent> | null> {
  const { sender, draft } = submission;
  const permitted = permittedFor(submission, now);
  const [expected] = permitted;
  if (!expected || hasEffects(submission)) return null;
  const stored = await storeMessage.first(db, {
    chat: draft.chat,
    sender,
    clientId: draft.clientId,
    body: draft.body,
    replyTo: draft.replyTo ?? null,
    now,
    permitted: permitted.map(({ row }) => row),
  });
  if (stored?.seq == null) return null;
  const context = {
    heads: new Map([[draft.chat, stored.seq - 1]]),
    permissions: new Map([[pairKey(draft.chat, sender), expected.permissions]]),
    priors: new Map(),
    targets: new Set(draft.replyTo == null ? [] : [targetKey(draft.chat, draft.replyTo)]),
    files: new Map(),
  };
  return decideBatch([submission], context, now).outcomes[0] ?? null;
}

function permittedFor({ draft }: Submission, now: Date) {
  return UNRESTRICTED.filter(
    ({ permissions }) => authorizeSend(draft, permissions, NOTHING_MISSING, now) === null,
  );
}

/** Whether more than the message itself is stored. */
function hasEffects({ draft }: Submission): boolean {
  return Boolean(draft.files?.length) || mentionedNames(draft.body).size > 0;
}
