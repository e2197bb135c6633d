import type { PartState } from "@parley/platform/process/part-check";
import type { PartWatch } from "@parley/platform/process/part-watch";

type PartName = "database" | "objects";

interface ReadinessDeps {
  readonly parts: Readonly<Record<PartName, Pick<PartWatch, "check">>>;
  /** Whether the server is stopping. */
  isDraining(): boolean;
}

export type Readiness =
  | { readonly kind: "stopping" }
  | {
      readonly kind: "away" | "ok" | "degraded";
      readonly parts: Readonly<Record<PartName, PartState>>;
    };

/** Creates the function that tells whether the server can serve requests. */
export function createReadiness({ parts, isDraining }: ReadinessDeps) {
  return async function readReadiness(): Promise<Readiness> {
    if (isDraining()) return { kind: "stopping" };
    const [database, objects] = await Promise.all([parts.database.check(), parts.objects.check()]);
    const states = { database, objects };
    if (database === "away") return { kind: "away", parts: states };
    return { kind: objects === "ok" ? "ok" : "degraded", parts: states };
  };
}
