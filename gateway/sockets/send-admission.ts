import type { ServerFrame } from "@parley/contracts/frames";
import type { UserId } from "@parley/contracts/ids";
import { createFairWindow, overloadRetryAfter } from "@parley/platform/async/fair-window";

/** The longest `clientId` that the server takes for one. */
const MAX_CLIENT_ID_CHARS = 64;

/** How long the server should take at most to answer a send. */
const TARGET_MS = 400;

/** A socket whose sends are counted. */
export interface Sender {
  readonly user: UserId;
  /** Sends that the server has not answered; only the admission changes it. */
  unanswered: number;
}

/** Keeps the sends on their way to the server to what it answers in time, so that the others are refused at the door. */
export function createSendAdmission(now?: () => number) {
  const window = createFairWindow(TARGET_MS, now);
  return {
    admits: ({ user }: Sender) => window.admits(user),

    sent(sender: Sender): void {
      sender.unanswered++;
      window.begin(sender.user);
    },

    /** The server has answered a send. */
    answered(sender: Sender, answer: Answer): void {
      if (sender.unanswered === 0) return;
      sender.unanswered--;
      if (answer === "stored") window.done(sender.user);
      else window.forget(sender.user);
    },

    /** The sender's unanswered sends will not be answered any more. */
    forget(sender: Sender): void {
      window.forget(sender.user, sender.unanswered);
      sender.unanswered = 0;
    },
  };
}

const TYPE_FIRST = '{"type":"';

/**
 * Whether a frame is a `send`. Clients write the type first and once; a frame that is written in another
 * way is parsed, because it would otherwise pass uncounted: `{ "type":"send"`, or a `ping` with a second
 * type behind the first.
 */
export function isSend(frame: string): boolean {
  if (frame.startsWith(`${TYPE_FIRST}send"`)) return true;
  const isPlain =
    frame.startsWith(TYPE_FIRST) &&
    !frame.includes('"type"', TYPE_FIRST.length) &&
    !frame.includes("\\");
  return !isPlain && parse(frame)?.type === "send";
}

type Answer = "stored" | "refused";

/**
 * @returns what a frame of the server answers to a `send`. The `error` of a malformed frame may answer one
 * that has no valid `clientId`; other errors answer other frames, and would make room for a flood of sends.
 */
export function answerToSend(frame: string): Answer | undefined {
  if (frame.startsWith('{"type":"ack"')) return "stored";
  const isRefusal =
    frame.startsWith('{"type":"reject"') ||
    frame.startsWith('{"type":"error","code":"bad_request"');
  return isRefusal ? "refused" : undefined;
}

/** @returns the frame that refuses a `send`; undefined where the `send` has no `clientId` to refuse it by. */
export function overloadedReject(send: string): string | undefined {
  const clientId = clientIdOf(send);
  if (clientId === undefined) return undefined;
  const detail = "More messages are sent than can be stored.";
  const retryAfter = overloadRetryAfter();
  const frame = { type: "reject", clientId, code: "overloaded", detail, retryAfter } as const;
  return JSON.stringify(frame satisfies ServerFrame);
}

function clientIdOf(send: string): string | undefined {
  const clientId = parse(send)?.clientId;
  const isValid = typeof clientId === "string" && clientId.length <= MAX_CLIENT_ID_CHARS;
  return isValid ? clientId : undefined;
}

function parse(frame: string): { type?: unknown; clientId?: unknown } | undefined {
  try {
    return JSON.parse(frame) ?? undefined;
  } catch {
    return undefined;
  }
}
