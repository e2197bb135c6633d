import { expect, test } from "bun:test";
import { continueTrace, traceparent } from "./trace-context.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

test("The caller's trace continues with a new span", () => {
  const trace = continueTrace(`00-${TRACE}-${SPAN}-01`);
  expect(trace.traceId).toBe(TRACE);
  expect(trace.spanId).not.toBe(SPAN);
  expect(traceparent(trace)).toBe(`00-${TRACE}-${trace.spanId}-01`);
});

test("The additional fields of a later version are ignored", () => {
  expect(continueTrace(`01-${TRACE}-${SPAN}-01-more`).traceId).toBe(TRACE);
});

test.each([
  undefined,
  "",
  "nonsense",
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}`,
])("The traceparent %p starts a new trace", (given) => {
  const { traceId, flags } = continueTrace(given);
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect([traceId === TRACE, flags]).toEqual([false, "00"]);
});
