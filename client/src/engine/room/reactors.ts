import type { ChatEvent } from "@parley/contracts/events";

/**
 * The users who reacted, by message and emoji, as far as this page received the events: a page of
 * history has counts alone.
 */
export type Reactors = Readonly<Record<string, readonly string[]>>;

export function reactorsOf(reactors: Reactors, seq: number, emoji: string): readonly string[] {
  return reactors[keyOf(seq, emoji)] ?? [];
}

export function recordReactor(
  reactors: Reactors,
  { target, emoji, by, added }: Extract<ChatEvent, { kind: "reaction" }>,
): Reactors {
  const others = reactorsOf(reactors, target, emoji).filter((user) => user !== by);
  return { ...reactors, [keyOf(target, emoji)]: added ? [...others, by] : others };
}

const keyOf = (seq: number, emoji: string) => `${seq} ${emoji}`;
