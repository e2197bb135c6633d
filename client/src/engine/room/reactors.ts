import type { EditEvent } from "./apply-edit.ts";

/** Who reacted, as far as it was seen to happen: user IDs by message and emoji. */
export type Reactors = Readonly<Record<string, readonly string[]>>;

export function reactorsOf(reactors: Reactors, seq: number, emoji: string): readonly string[] {
  return reactors[keyOf(seq, emoji)] ?? [];
}

export function noteReactor(reactors: Reactors, event: EditEvent): Reactors {
  if (event.kind !== "reaction") return reactors;
  const { target, emoji, by, added } = event;
  const others = reactorsOf(reactors, target, emoji).filter((user) => user !== by);
  return { ...reactors, [keyOf(target, emoji)]: added ? [...others, by] : others };
}

const keyOf = (seq: number, emoji: string) => `${seq} ${emoji}`;
