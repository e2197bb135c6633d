import { expect } from "bun:test";
import type { Memory } from "../stack/memory-watch.ts";
import type { Talk } from "./neighbours-thread.ts";
import { isBack, type Outcome } from "./under-attack.ts";

const MAX_ACKNOWLEDGEMENT_MS = 1_000;

/** Expects that the neighbours noticed nothing of an attack, and that its memory returned; prints the figures. */
export function expectCalm({ during, after, memory }: Outcome): void {
  console.log(
    `worst acknowledgement ${describeTalk(during)} during the attack, ${describeTalk(after)} after; ` +
      `gateway ${describeMemory(memory.gateway)}; server ${describeMemory(memory.server)}`,
  );
  expect(during.worstMs).toBeLessThanOrEqual(MAX_ACKNOWLEDGEMENT_MS);
  expect(after.worstMs).toBeLessThanOrEqual(MAX_ACKNOWLEDGEMENT_MS);
  expect(after).toMatchObject({ rejects: [], drops: [] });
  expect(after.acknowledged).toBeGreaterThan(during.acknowledged);
  expect(during.acknowledged).toBeGreaterThan(0);
  expect({ gateway: isBack(memory.gateway), server: isBack(memory.server) }).toEqual({
    gateway: true,
    server: true,
  });
}

function describeTalk({ worstMs, acknowledged, sent }: Talk): string {
  return `${worstMs.toFixed(0)} ms (${acknowledged} of ${sent})`;
}

function describeMemory({ before, most, after }: Memory): string {
  const mib = (bytes: number) => Math.round(bytes / 1024 / 1024);
  return `${mib(before)} MiB before, ${mib(most)} at most, ${mib(after)} in the end`;
}
