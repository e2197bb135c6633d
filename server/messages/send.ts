import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Draft } from "@parley/contracts/messages";
import { createFairWindow, overloadRetryAfter } from "@parley/platform/async/fair-window";
import type { KeyRate } from "@parley/platform/async/key-rate";
import { Refusal } from "@parley/platform/http/problem";
import type { Submission } from "./batch-context.ts";
import type { Sent } from "./decide-batch.ts";

/**
 * Makes a message of a draft, once for each `clientId` of a sender. Resolves after the commit.
 * @throws Refusal when the sender may not send the draft, `rate_limited`, `overloaded` or
 * `unavailable` when it may be sent later.
 */
export type Send = (sender: UserId, draft: Draft) => Promise<Sent>;

export interface SendDeps {
  /** Limits the messages of a user, over all of the user's connections. */
  rate: KeyRate;
  /** Stores the draft with the next batch of the event log. */
  submit(submission: Submission): Promise<Sent>;
  requests: {
    /** Whether a chat is a request of a user who is connected here. */
    isRequest(user: UserId, chat: ChatId): boolean;
    /** Notifies everyone whom it concerns that a message accepted a request. */
    accepted(user: UserId, chat: ChatId): void;
  };
}

/** Longer than the gateway's, which refuses at less cost. */
const TARGET_MS = 600;

/**
 * Creates the entry of every new message, over HTTP or WebSocket: the window of messages that can be
 * stored in time, the rate limit of the sender, then the event log.
 */
export function createSend({ rate, submit, requests }: SendDeps): Send {
  const window = createFairWindow(TARGET_MS);

  async function store(sender: UserId, draft: Draft): Promise<Sent> {
    // First, so that a refused message costs its sender nothing of the rate.
    if (!window.admits(sender))
      throw new Refusal("overloaded", undefined, { retryAfter: overloadRetryAfter() });
    window.begin(sender);
    try {
      await rate.take(sender);
      const sent = await submit({ sender, draft });
      window.done(sender);
      return sent;
    } catch (error) {
      window.forget(sender);
      throw error;
    }
  }

  return async function send(sender, draft) {
    const sent = await store(sender, draft);
    // A repeated message does not tell whether the first try accepted the request.
    if (sent.accepts || requests.isRequest(sender, sent.chat)) requests.accepted(sender, sent.chat);
    return sent;
  };
}
