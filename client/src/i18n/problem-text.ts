import type { FailureCode } from "../engine/api/request.ts";
import { entryWords } from "./entry-words.ts";

/** Why a request failed. `retryAfter` is in seconds. */
export interface Failure {
  readonly code: FailureCode;
  readonly retryAfter?: number | null;
}

/** What the user is told about a failed request. A newer server may send a code that the page does not know. */
export function problemText({ code, retryAfter }: Failure): string {
  const t = entryWords();
  if (code === "rate_limited" && retryAfter) return t.tooManyTries(waitText(retryAfter));
  return t.problems[code] ?? t.problems.internal;
}

/** A wait of `seconds`, rounded up: the request would be refused again after a shorter one. */
function waitText(seconds: number): string {
  const t = entryWords();
  if (seconds <= MAX_SECONDS_SHOWN) return t.waitSeconds(Math.ceil(seconds));
  return t.waitMinutes(Math.ceil(seconds / 60));
}

const MAX_SECONDS_SHOWN = 90;
