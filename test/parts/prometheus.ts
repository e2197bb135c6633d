import type { Missing } from "./missing.ts";

/** Prometheus and its promtool, which come in one package. */
export function findPrometheus(): { readonly path: string; readonly promtool: string } | Missing {
  const path = Bun.which("prometheus");
  const promtool = Bun.which("promtool");
  return path && promtool
    ? { path, promtool }
    : { missing: "Prometheus is not here: apt-get install prometheus" };
}
