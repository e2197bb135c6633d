import { expect, test } from "bun:test";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { attackMetrics, STATUSES, seriesOf, startBeforeObedientServer } from "./metrics-attack.ts";

/** The gateway's own lines in its table of routes, and the page's top-level files. */
const OWN_ROUTES = 30;
/** A line is met by its method, by HEAD for GET, and by a preflight; what no line names, by eight. */
const PAIRS = 3 * (SERVER_ROUTES.length + OWN_ROUTES) + 8;
/** Requests by status; durations by class, each of 14 buckets, a sum and a count; people; the process. */
const BOUND = PAIRS * STATUSES.length + PAIRS * 5 * 16 + 1_001 + 100;

test.each(RUNTIMES)(
  "On %s unknown paths, methods and users add no series to the metrics",
  async (runtime) => {
    await using gateway = await startBeforeObedientServer(await prepare(runtime));
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

/** Which of the few codes of errors were met is a matter of time: many uploads at once are refused. */
function isOurs(one: string): boolean {
  return /^(?:gateway|app)_(?!error_)/.test(one);
}
