import type { Arrow } from "./folder-arrows.ts";

/**
 * Finds the fewest arrows without which every folder imports only from folders below its own: a
 * minimum feedback arc set, exact, by dynamic programming over sets of folders (2^n of them).
 * @throws RangeError for more than 20 folders.
 */
export function upwardArrows(arrows: readonly Arrow[]): Arrow[] {
  const folders = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))].toSorted();
  if (folders.length > 20) throw new RangeError(`${folders.length} folders are too many to order`);
  const order = bestOrder(folders.length, importMasks(folders, arrows));
  const rank = new Map(order.map((index, place) => [folders[index], place]));
  return arrows.filter(({ from, to }) => (rank.get(from) ?? 0) < (rank.get(to) ?? 0));
}

/** For each folder, the set of the folders that it imports from, a bit for each. */
function importMasks(folders: readonly string[], arrows: readonly Arrow[]): number[] {
  const masks = folders.map(() => 0);
  for (const { from, to } of arrows) {
    const index = folders.indexOf(from);
    masks[index] = (masks[index] ?? 0) | (1 << folders.indexOf(to));
  }
  return masks;
}

/**
 * Orders folders from the bottom up. `fewest[set]` is the least number of upward arrows among the
 * orders that begin with the folders of `set`; `last[set]` is the topmost folder of such an order.
 */
function bestOrder(count: number, masks: readonly number[]): number[] {
  const sets = 2 ** count;
  const fewest = new Uint16Array(sets).fill(0xffff);
  const last = new Uint8Array(sets);
  fewest[0] = 0;
  for (let set = 0; set < sets; set++)
    for (let next = 0; next < count; next++) {
      if (set & (1 << next)) continue;
      const grown = set | (1 << next);
      const upward = (fewest[set] ?? 0) + countBits((masks[next] ?? 0) & ~grown);
      if (upward >= (fewest[grown] ?? 0)) continue;
      fewest[grown] = upward;
      last[grown] = next;
    }
  const order: number[] = [];
  for (let set = sets - 1; set > 0; set &= ~(1 << (order[0] ?? 0))) order.unshift(last[set] ?? 0);
  return order;
}

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
