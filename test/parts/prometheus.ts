import type { Missing } from "./missing.ts";

/** Finds Prometheus and promtool, which come in one package. */
export function findPrometheus(): { readonly path: string; readonly promtool: string } | Missing {
  const path = Bun.which("prometheus");
  const promtool = Bun.which("promtool");
  return path && promtool
    ? { path, promtool }
    : { missing: "Prometheus is not installed: apt-get install prometheus" };
}
