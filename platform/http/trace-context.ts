import type { ContextWith } from "./hooks.ts";

/** A caller's `traceparent`: a version, its trace, its span, and its flags; a later version may say more. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;
/** Nobody has decided to record a trace that begins here. */
const NOT_SAMPLED = "00";

/** A request's place in a trace that may cross many systems. */
export interface Trace {
  /** 32 hexadecimal digits, the same in every log that knows of the trace. */
  readonly traceId: string;
  /** 16 hexadecimal digits, of this process's part in it. */
  readonly spanId: string;
  readonly flags: string;
  /** Whether a caller began it. */
  readonly isContinued: boolean;
}

export interface TraceVariables {
  trace: Trace;
}

/** Goes on with the caller's trace, or begins one (W3C Trace Context, 4.3). */
export function assignTrace(c: ContextWith<"trace", Trace>): undefined {
  c.set("trace", continueTrace(c.req.header("traceparent")));
}

/** A trace with a span of our own, in the caller's trace where what it says is proper. */
export function continueTrace(given: string | undefined): Trace {
  const [, version, traceId, flags, more] = TRACEPARENT.exec(given ?? "") ?? [];
  const isProper = traceId !== undefined && !(version === "00" && more !== undefined);
  return {
    traceId: isProper ? traceId : randomHex(),
    spanId: randomHex().slice(16),
    flags: (isProper && flags) || NOT_SAMPLED,
    isContinued: isProper,
  };
}

/** 32 digits of a UUID: on Bun a fifth of what as many random bytes cost. */
function randomHex(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/** The field that names our span as the parent of the next one (3.2). */
export function traceparent({ traceId, spanId, flags }: Trace): string {
  return `00-${traceId}-${spanId}-${flags}`;
}
