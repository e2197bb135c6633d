import { expect, test } from "bun:test";
import { createInProcessBus } from "./in-process-bus.ts";
import { describeBus } from "./testing/bus-contract.ts";

describeBus("in-process", createInProcessBus);

test("A bus with one server is not shared", () => {
  const bus = createInProcessBus()({ onMessage: () => {}, up: () => {} });
  expect(bus.isShared).toBe(false);
});
