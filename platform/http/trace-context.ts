import type { ContextWith } from "./hooks.ts";

/** A caller's `traceparent`: version, trace ID, span ID and flags; a later version may append fields. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;
/** The flags of a trace that begins here: no one has decided to sample it. */
const NOT_SAMPLED = "00";

/** The trace and the span of a request. */
export interface Trace {
  /** 32 hexadecimal digits, the same in all systems of the trace. */
  readonly traceId: string;
  /** 16 hexadecimal digits: this process's part of the trace. */
  readonly spanId: string;
  readonly flags: string;
  /** Whether the caller started the trace. */
  readonly isContinued: boolean;
}

export interface TraceVariables {
  trace: Trace;
}

/** Continues the caller's trace, or starts one (W3C Trace Context, 4.3). */
export function assignTrace(c: ContextWith<"trace", Trace>): undefined {
  c.set("trace", continueTrace(c.req.header("traceparent")));
}

/** Creates a span, in the caller's trace where its `traceparent` is valid. */
export function continueTrace(given: string | undefined): Trace {
  const [, version, traceId, flags, more] = TRACEPARENT.exec(given ?? "") ?? [];
  const isValid = traceId !== undefined && !(version === "00" && more !== undefined);
  return {
    traceId: isValid ? traceId : randomHex(),
    spanId: randomHex().slice(16),
    flags: (isValid && flags) || NOT_SAMPLED,
    isContinued: isValid,
  };
}

/** The 32 digits of a UUID, which cost a fifth of as many random bytes on Bun. */
function randomHex(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/** The value of `traceparent` with this span as the parent of the next one (3.2). */
export function traceparent({ traceId, spanId, flags }: Trace): string {
  return `00-${traceId}-${spanId}-${flags}`;
}
