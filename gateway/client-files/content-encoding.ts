/** The codings that a file may be kept in beside its plain bytes, best first. */
export const CODINGS = ["br", "zstd", "gzip"] as const;
export type Coding = (typeof CODINGS)[number];

/** A weight as RFC 9110, 12.4.2 writes it. */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Picks the coding at hand that `Accept-Encoding` likes best (RFC 9110, 12.5.3); of equals, the first.
 * @returns null for the plain bytes: where they are liked better, and where nothing at hand is liked
 *   at all, since a header that can't be met may be disregarded (12.4.1).
 */
export function chooseCoding(
  acceptEncoding: string | undefined,
  isAtHand: (coding: Coding) => boolean,
): Coding | null {
  const weights = parseWeights(acceptEncoding ?? "");
  let best: Coding | null = null;
  let bestWeight = weights.get("identity") ?? 0;
  for (const coding of CODINGS) {
    const weight = weights.get(coding) ?? weights.get("*") ?? 0;
    const isBetter = best === null ? weight > 0 && weight >= bestWeight : weight > bestWeight;
    if (isBetter && isAtHand(coding)) [best, bestWeight] = [coding, weight];
  }
  return best;
}

function parseWeights(header: string): Map<string, number> {
  const items = header.toLowerCase().split(",");
  return new Map(
    items.map((item) => {
      const [name = "", weight] = item.split(";").map((part) => part.trim());
      return [name, weight === undefined ? 1 : Number(WEIGHT.exec(weight)?.[1] ?? 0)];
    }),
  );
}
