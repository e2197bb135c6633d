/** Encodings in which a file may exist beside its unencoded bytes, best first. */
export const ENCODINGS = ["br", "zstd", "gzip"] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A weight (RFC 9110, 12.4.2). */
const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Chooses the available encoding with the highest weight in `Accept-Encoding` (RFC 9110, 12.5.3); of
 * equal ones, the first.
 * @returns null for `identity`: where its weight is higher, and where nothing available is acceptable,
 *   since a header that cannot be satisfied may be disregarded (12.4.1).
 */
export function chooseEncoding(
  acceptEncoding: string | undefined,
  isAvailable: (encoding: Encoding) => boolean,
): Encoding | null {
  const weights = parseWeights(acceptEncoding ?? "");
  let best: Encoding | null = null;
  let bestWeight = weights.get("identity") ?? 0;
  for (const encoding of ENCODINGS) {
    const weight = weights.get(encoding) ?? weights.get("*") ?? 0;
    const isBetter = best === null ? weight > 0 && weight >= bestWeight : weight > bestWeight;
    if (isBetter && isAvailable(encoding)) [best, bestWeight] = [encoding, weight];
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
