import { expect, test } from "bun:test";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { attackMetrics, STATUSES, seriesOf, startWithStatusServer } from "./metrics-attack.ts";

/** Upper limit for the gateway's own routes and the page's top-level files. */
const OWN_ROUTES = 30;
/** Method and route: a route has its method, HEAD and OPTIONS; an unknown path has eight methods. */
const PAIRS = 3 * (SERVER_ROUTES.length + OWN_ROUTES) + 8;
/** Requests by status; durations by class, each with 14 buckets, a sum and a count; users; the process. */
const BOUND = PAIRS * STATUSES.length + PAIRS * 5 * 16 + 1_001 + 100;

test.each(RUNTIMES)(
  "Unknown paths, methods and users add no series to the metrics of a gateway on %s",
  async (runtime) => {
    await using gateway = await startWithStatusServer(await prepare(runtime));
    await attackMetrics(gateway, "alpha");
    const before = await seriesOf(gateway);
    await attackMetrics(gateway, "omega");
    const after = await seriesOf(gateway);
    expect(after.filter(isOurs)).toEqual(before.filter(isOurs));
    expect(after.length).toBeLessThan(BOUND);
    expect(after.length).toBeGreaterThan(SERVER_ROUTES.length * STATUSES.length);
    expect(after.filter((one) => /alpha|omega/i.test(one))).toEqual([]);
    expect(new Set(after.flatMap((one) => /method="(\w+)"/.exec(one)?.[1] ?? []))).toEqual(
      new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"]),
    );
  },
  120_000,
);

/** Without error codes, which depend on timing because concurrent uploads are limited. */
function isOurs(one: string): boolean {
  return /^(?:gateway|app)_(?!error_)/.test(one);
}
