import { expect, test } from "bun:test";
import { problemResponse, type Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { createInProcessConnectionCounts } from "./in-process-connection-counts.ts";
import { createUpgrade } from "./upgrade.ts";

function request(isDraining: boolean) {
  const app = new Hono<GatewayEnv>();
  app.onError((error) => problemResponse(error as Refusal));
  app.use(async (c, next) => {
    const claims = { sub: "ann", sid: "s", iat: 0, exp: 1 };
    c.set("identity", { claims, token: "t", by: "header" });
    c.set("address", "192.0.2.1");
    await next();
  });
  app.get(
    "/ws",
    createUpgrade(createInProcessConnectionCounts({ perUser: 1, perAddress: 1 }), {
      isDraining: () => isDraining,
      onBlocked: () => {},
      onDroppedUpgrade: () => {},
    }),
  );
  const server = { upgrade: () => true, requestIP: () => null };
  return app.request("/ws", { headers: { upgrade: "websocket" } }, server);
}

test("A gateway that drains refuses new sockets with 503 and a Retry-After", async () => {
  expect((await request(false)).status).toBe(101);
  const refused = await request(true);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({ code: "unavailable" });
});
