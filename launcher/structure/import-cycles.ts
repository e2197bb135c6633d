import type { Edge } from "./resolve-import.ts";

/**
 * Finds the files that import each other in a circle, types included.
 * @returns the strongly connected components of more than one file (Tarjan, 1972).
 */
export function importCycles(edges: readonly Edge[]): string[][] {
  const imports = Map.groupBy(edges, ({ from }) => from);
  const indexes = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];

  function visit(file: string): void {
    const index = indexes.size;
    indexes.set(file, index);
    lowest.set(file, index);
    stack.push(file);
    for (const { to } of imports.get(file) ?? []) {
      if (!indexes.has(to)) visit(to);
      if (stack.includes(to)) lower(file, lowest.get(to) ?? index);
    }
    if (lowest.get(file) === index) close(file);
  }

  function lower(file: string, index: number): void {
    lowest.set(file, Math.min(lowest.get(file) ?? index, index));
  }

  function close(file: string): void {
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1) cycles.push(component.toSorted());
  }

  for (const file of imports.keys()) if (!indexes.has(file)) visit(file);
  return cycles;
}
