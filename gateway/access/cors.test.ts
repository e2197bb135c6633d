import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Gateway } from "../gateway.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway, tokenOf } from "../testing/test-gateway.ts";

const LISTED = "https://app.example.org";
const GRANT = {
  "access-control-allow-origin": LISTED,
  "access-control-allow-credentials": "true",
  "access-control-expose-headers": "Retry-After, RateLimit, RateLimit-Policy, X-Request-Id",
  vary: "Origin",
};

let server: FakeServer;
let gateway: Gateway;

beforeAll(async () => {
  server = startFakeServer();
  gateway = await startTestGateway(server.url, { CORS_ORIGINS: [LISTED] });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function call(path: string, init: RequestInit = {}, { url } = gateway): Promise<Response> {
  const headers = { origin: LISTED, ...(init.headers as Record<string, string>) };
  return fetch(new URL(path, url), { ...init, headers });
}

/** What an answer says to a page of another origin. */
function granted({ headers }: Response): Record<string, string> {
  const said = [...headers].filter(
    ([name]) => name.startsWith("access-control-") || name === "vary",
  );
  return Object.fromEntries(said);
}

describe("refusals for a listed origin", () => {
  test("A listed origin can read refusals with 400, 401 and 413", async () => {
    const unauthenticated = await call("/service/api/profile");
    expect(unauthenticated.status).toBe(401);
    expect(granted(unauthenticated)).toEqual(GRANT);
    const ambiguous = await call("/service/api/a//b");
    expect(ambiguous.status).toBe(400);
    expect(granted(ambiguous)).toEqual(GRANT);
    const body = new Uint8Array(1024 * 1024 + 1);
    const tooLarge = await call("/service/api/login", { method: "POST", body });
    expect(tooLarge.status).toBe(413);
    expect(granted(tooLarge)).toEqual(GRANT);
  });

  test("A listed origin can read the 403 for a change by cookie", async () => {
    const before = server.requests.length;
    const headers = { cookie: `token=${await tokenOf()}` };
    const answer = await call("/service/api/chats", { method: "POST", headers });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "cross_site" });
    expect(granted(answer)).toEqual(GRANT);
    expect(server.requests.length).toBe(before);
  });

  test("A listed origin can read a 429 and its Retry-After", async () => {
    const changes = { CORS_ORIGINS: [LISTED], RATE_LIMIT_RPS: 1 };
    await using strict = await startTestGateway(server.url, changes);
    let answer = await call("/service/api/profile", {}, strict);
    while (answer.status !== 429) answer = await call("/service/api/profile", {}, strict);
    expect(granted(answer)).toEqual(GRANT);
    for (const name of ["retry-after", "ratelimit", "ratelimit-policy", "x-request-id"])
      expect(answer.headers.has(name)).toBe(true);
  });

  test("A listed origin can read the 503 while the server is down", async () => {
    const changes = { CORS_ORIGINS: [LISTED] };
    await using alone = await startTestGateway("http://127.0.0.1:1", changes);
    const answer = await call("/service/api/profile", { headers: await bearer() }, alone);
    expect(answer.status).toBe(503);
    expect(granted(answer)).toEqual(GRANT);
  });
});

describe("requests without a grant", () => {
  test.each(["https://evil.example", "null", "", `${LISTED}.evil.example`, `${LISTED}/`])(
    "A request from the unlisted origin %p is answered without a grant",
    async (origin) => {
      const answer = await call("/service/api/profile", { headers: { origin } });
      expect(answer.status).toBe(401);
      expect(granted(answer)).toEqual({});
    },
  );

  test("A request is answered without a grant when no origin is listed", async () => {
    await using closed = await startTestGateway(server.url);
    expect(granted(await call("/service/api/profile", {}, closed))).toEqual({});
  });

  test("A request for a path outside the API is answered without a grant", async () => {
    for (const path of ["/chat", "/nothing", "/service/healthz", "/service/link", "/ws"]) {
      const answer = await call(path);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(granted(answer)).toEqual({});
    }
  });

  test("The gateway adds no grant to a response of the server", async () => {
    const answer = await call("/service/api/profile", { headers: await bearer() });
    expect(answer.status).toBe(200);
    expect(granted(answer)).toEqual({});
  });
});
