import { expect, test } from "bun:test";
import { withHooks } from "@parley/platform/http/hooks";
import { Hono } from "hono";
import Counter from "prom-client/lib/counter.js";
import Registry from "prom-client/lib/registry.js";
import { countRequest } from "./route-metrics.ts";

test("Unusual methods share one label, and so do unknown paths", async () => {
  const registry = new Registry();
  const requests = new Counter({
    name: "app_request_total",
    help: "x",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const app = new Hono()
    .use(withHooks([], [countRequest(requests)]))
    .all("/service/api/chats/:id", (c) => c.body(null));
  for (const method of ["GET", "PROPFIND", "SEARCH", "REPORT"])
    for (const path of ["/service/api/chats/1", "/service/api/chats/2", "/x", "/y"])
      await app.request(path, { method });
  expect((await registry.metrics()).match(/^app_.*/gm)).toEqual([
    'app_request_total{method="GET",route="/service/api/chats/:id",status="200"} 2',
    'app_request_total{method="GET",route="unmatched",status="404"} 2',
    'app_request_total{method="other",route="/service/api/chats/:id",status="200"} 6',
    'app_request_total{method="other",route="unmatched",status="404"} 6',
  ]);
});
