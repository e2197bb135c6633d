/** How long each contestant is under load. */
export interface Course {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
}

/**
 * Puts the same load on each contestant in turn, in several rounds, so that other load on the machine
 * affects all alike.
 * @returns the medians of each contestant's rounds, in the order of the contestants.
 */
export async function race<C, F extends Readonly<Record<keyof F, number>>>(
  contestants: Readonly<Record<string, C>>,
  measure: (contestant: C, seconds: number) => Promise<F>,
  { rounds, warmUpSeconds, measuredSeconds }: Course,
): Promise<Map<string, F>> {
  const results = new Map<string, F[]>();
  for (let round = 0; round < rounds; round++)
    for (const [name, contestant] of Object.entries(contestants)) {
      await measure(contestant, warmUpSeconds);
      const figures = await measure(contestant, measuredSeconds);
      results.set(name, [...(results.get(name) ?? []), figures]);
    }
  return new Map([...results].map(([name, figures]) => [name, medians(figures)]));
}

function medians<F extends Readonly<Record<keyof F, number>>>(figures: readonly F[]): F {
  const keys = Object.keys(figures[0] ?? {}) as (keyof F)[];
  return Object.fromEntries(
    keys.map((key) => [key, median(figures.map((figure) => figure[key]))]),
  ) as F;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
