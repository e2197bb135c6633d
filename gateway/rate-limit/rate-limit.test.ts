import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Route } from "@parley/contracts/routes";
import { withHooks } from "@parley/platform/http/hooks";
import { problemResponse, type Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { USER } from "../testing/test-gateway.ts";
import { createBoundedStore } from "./bounded-store.ts";
import { rateLimit, setRateLimitHeaders } from "./rate-limit.ts";

const OTHER_USER = "0197aaaa-0000-7000-8000-000000000002";
const blocked: string[] = [];
let time: number;
let app: Hono<GatewayEnv>;

/** An app with the limiter of the gateway, whose variables are set from headers of the request. */
beforeEach(() => {
  time = Date.now();
  blocked.length = 0;
  const store = () => createBoundedStore({ windowMs: 1_000, now: () => time });
  const onBlocked = (kind: string) => void blocked.push(kind);
  app = new Hono<GatewayEnv>();
  app.onError((error) => problemResponse(error as Refusal));
  app.use(
    async (c, next) => {
      const user = c.req.header("user");
      const claims = { sub: user ?? "", sid: "", iat: 0, exp: 0 };
      c.set("identity", user ? { claims, token: "", by: "header" } : null);
      c.set("address", c.req.header("address") ?? "192.0.2.1");
      const limit = (c.req.header("class") ?? "default") as Route["limit"];
      const access = (c.req.header("access") ?? "protected") as Route["access"];
      c.set("route", { pattern: "/", access, limit, body: "none" });
      await next();
    },
    withHooks([], [setRateLimitHeaders]),
    rateLimit(
      { default: store(), login: store(), files: store() },
      {
        limits: { default: 10, login: 10, files: 12 },
        addressLimits: { default: 25, login: 25, files: 40 },
        isKnownBrowser: (c) => c.req.header("device") === "known",
        onBlocked,
      },
    ),
  );
  app.get("/", (c) => c.text("ok"));
});
afterEach(() => expect(blocked.every((kind) => kind === "ip" || kind === "user")).toBe(true));

async function statuses(count: number, headers: Record<string, string> = {}): Promise<number[]> {
  const answers = [];
  for (let n = 0; n < count; n++) answers.push((await app.request("/", { headers })).status);
  return answers;
}

const ok = (count: number) => Array<number>(count).fill(200);

test("Ten requests pass within a second, the eleventh is refused, and the next second starts a new window", async () => {
  expect(await statuses(12)).toEqual([...ok(10), 429, 429]);
  expect(blocked).toEqual(["ip", "ip"]);
  time += 1_000;
  expect(await statuses(11)).toEqual([...ok(10), 429]);
});

test("Every limited response has the headers of the IETF draft", async () => {
  const first = await app.request("/");
  expect(first.headers.get("ratelimit-policy")).toBe('"default";q=10;w=1');
  expect(first.headers.get("ratelimit")).toBe('"default";r=9;t=1');
  await statuses(9);
  const refused = await app.request("/");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("ratelimit")).toBe('"default";r=0;t=1');
  expect(refused.headers.get("ratelimit-policy")).toBe('"default";q=10;w=1');
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
});

test("Users are counted apart from each other and from their address", async () => {
  expect(await statuses(11, { user: USER })).toEqual([...ok(10), 429]);
  expect(blocked).toEqual(["user"]);
  expect(await statuses(1, { user: OTHER_USER })).toEqual(ok(1));
  expect(await statuses(1)).toEqual(ok(1));
});

test("A public route is limited by address, whatever token is sent", async () => {
  const open = { access: "public", class: "login" };
  expect(await statuses(5, { ...open, user: USER })).toEqual(ok(5));
  expect(await statuses(6, { ...open, user: OTHER_USER })).toEqual([...ok(5), 429]);
  expect(await statuses(1, open)).toEqual([429]);
  expect(blocked).toEqual(["ip", "ip"]);
  expect(await statuses(1, { ...open, address: "192.0.2.2" })).toEqual(ok(1));
});

test("Browsers that are known have a limit of their own at their address", async () => {
  const open = { access: "public", class: "login" };
  expect(await statuses(11, open)).toEqual([...ok(10), 429]);
  expect(await statuses(11, { ...open, device: "known" })).toEqual([...ok(10), 429]);
  expect(await statuses(1, { ...open, device: "known", address: "192.0.2.2" })).toEqual(ok(1));
});

test("A user is counted once, from however many addresses", async () => {
  await statuses(5, { user: USER, address: "192.0.2.1" });
  expect(await statuses(6, { user: USER, address: "192.0.2.2" })).toEqual([...ok(5), 429]);
});

const userOf = (n: number) => USER.replace(/2$|1$/, String(n));

test("All users of an address share its limit, whose headers a refusal shows", async () => {
  for (const n of [3, 4]) expect(await statuses(10, { user: userOf(n) })).toEqual(ok(10));
  expect(await statuses(6, { user: userOf(5) })).toEqual([...ok(5), 429]);
  expect(blocked).toEqual(["ip"]);
  const refused = await app.request("/", { headers: { user: userOf(6) } });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("ratelimit-policy")).toBe('"address";q=25;w=1');
  expect(refused.headers.get("ratelimit")).toBe('"address";r=0;t=1');
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await statuses(1, { user: userOf(6), address: "192.0.2.2" })).toEqual(ok(1));
  expect(await statuses(1)).toEqual(ok(1));
  time += 1_000;
  expect(await statuses(1, { user: userOf(6) })).toEqual(ok(1));
});

test("One user’s flood takes no more of the address than the user’s own limit", async () => {
  expect(await statuses(30, { user: userOf(3) })).toEqual([...ok(10), ...Array(20).fill(429)]);
  expect(await statuses(10, { user: userOf(4) })).toEqual(ok(10));
});

test("Users of one IPv6 /64 share its limit", async () => {
  for (const n of [3, 4, 5]) await statuses(10, { user: userOf(n), address: `2001:db8::${n}` });
  expect(await statuses(1, { user: userOf(6), address: "2001:db8::6" })).toEqual([429]);
  expect(await statuses(1, { user: userOf(6), address: "2001:db8:0:1::6" })).toEqual(ok(1));
});

test("An IPv6 /64 is counted as one address", async () => {
  await statuses(10, { address: "2001:db8::1" });
  expect(await statuses(1, { address: "2001:db8::ffff:2" })).toEqual([429]);
  expect(await statuses(1, { address: "2001:db8:0:1::1" })).toEqual(ok(1));
});

test("Files have a limit of their own, and routes without a limit are not counted", async () => {
  expect(await statuses(13, { class: "files" })).toEqual([...ok(12), 429]);
  expect(await statuses(10)).toEqual(ok(10));
  expect(await statuses(30, { class: "none" })).toEqual(ok(30));
  const unlimited = await app.request("/", { headers: { class: "none" } });
  expect(unlimited.headers.has("ratelimit")).toBe(false);
});
