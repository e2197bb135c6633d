import { beforeEach, expect, test } from "bun:test";
import { problemResponse, type Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { createBoundedStore } from "./bounded-store.ts";
import { limitRegistrations, REGISTRATION_WINDOW_MS } from "./limit-registrations.ts";

let time: number;
let blocked: number;
let app: Hono<GatewayEnv>;

/** An app that answers with the status of the request's header `status`. */
beforeEach(() => {
  time = Date.now();
  blocked = 0;
  app = new Hono<GatewayEnv>();
  app.onError((error) => problemResponse(error as Refusal));
  app.use(
    async (c, next) => {
      c.set("address", c.req.header("address") ?? "192.0.2.1");
      await next();
    },
    limitRegistrations({
      limit: 3,
      store: createBoundedStore({ windowMs: REGISTRATION_WINDOW_MS, now: () => time }),
      onBlocked: () => void blocked++,
    }),
  );
  app.all("/", async (c) => {
    await Bun.sleep(0);
    return new Response(null, { status: Number(c.req.header("status") ?? 201) });
  });
});

const register = (headers: Record<string, string> = {}) => app.request("/", { headers });

async function statuses(count: number, headers: Record<string, string> = {}): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => register(headers)));
  return answers.map(({ status }) => status);
}

test("Accounts above the limit are refused until the hour is over, also when they are asked for at once", async () => {
  expect(await statuses(5)).toEqual([201, 201, 201, 429, 429]);
  expect(blocked).toBe(2);
  time += REGISTRATION_WINDOW_MS - 1;
  const refused = await register();
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: "rate_limited" });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  time += 1;
  expect(await statuses(1)).toEqual([201]);
});

test("A refused registration takes no account from the limit", async () => {
  for (const status of ["400", "409", "422", "429", "503"])
    expect(await statuses(3, { status })).toEqual(Array(3).fill(Number(status)));
  expect(await statuses(4)).toEqual([201, 201, 201, 429]);
});

test("A registration whose result is unknown stays counted", async () => {
  for (const status of ["499", "502", "504"]) await register({ status });
  expect(await statuses(1)).toEqual([429]);
});

test("An IPv6 /64 is one address, and other addresses have limits of their own", async () => {
  for (const n of [1, 2, 3]) await register({ address: `2001:db8::${n}` });
  expect(await statuses(1, { address: "2001:db8::4" })).toEqual([429]);
  expect(await statuses(1, { address: "2001:db8:0:1::1" })).toEqual([201]);
});
