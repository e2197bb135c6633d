/** The codings that a file may be kept in beside its plain bytes, best first. */
export const CODINGS = ["br", "gzip"] as const;
export type Coding = (typeof CODINGS)[number];

/** Picks the best coding that is at hand and that `Accept-Encoding` allows (RFC 9110, 12.5.3). */
export function chooseCoding(
  acceptEncoding: string | undefined,
  isAtHand: (coding: Coding) => boolean,
): Coding | null {
  const weights = parseWeights(acceptEncoding ?? "");
  const allows = (coding: Coding) => (weights.get(coding) ?? weights.get("*") ?? 0) > 0;
  return CODINGS.find((coding) => isAtHand(coding) && allows(coding)) ?? null;
}

function parseWeights(header: string): Map<string, number> {
  const items = header.toLowerCase().split(",");
  return new Map(
    items.map((item) => {
      const [name = "", weight] = item.split(";").map((part) => part.trim());
      return [name, weight?.startsWith("q=") ? Number(weight.slice(2)) || 0 : 1];
    }),
  );
}
