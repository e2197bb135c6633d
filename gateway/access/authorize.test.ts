import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import type { Gateway } from "../gateway.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway, tokenOf, USER } from "../testing/test-gateway.ts";
import { decideAccess } from "./authorize.ts";

let server: FakeServer;
let gateway: Gateway;

beforeAll(async () => {
  server = startFakeServer();
  gateway = await startTestGateway(server.url);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  return fetch(new URL(path, gateway.url), { method, headers, redirect: "manual" });
}

/** Sends a request line unchanged; client libraries would normalise it. */
function raw(line: string, headers: string[] = [`Host: ${gateway.url.host}`]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(gateway.url.port), "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
    socket.write(`${[line, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`);
  });
}

test("Each kind of access is decided with and without a sign-in", () => {
  const stranger = { signedIn: false, wantsPage: false, preflight: false };
  const route = (access: "public" | "page" | "protected") =>
    ({ pattern: "/", access, limit: "default", body: "none" }) as const;
  expect(decideAccess(route("public"), stranger)).toBe("pass");
  expect(decideAccess(route("page"), stranger)).toBe("unauthenticated");
  expect(decideAccess(route("page"), { ...stranger, wantsPage: true })).toBe("sign_in");
  expect(decideAccess(route("protected"), { ...stranger, wantsPage: true })).toBe(
    "unauthenticated",
  );
  for (const access of ["public", "page", "protected"] as const) {
    expect(decideAccess(route(access), { ...stranger, signedIn: true })).toBe("pass");
    expect(decideAccess(route(access), { ...stranger, preflight: true })).toBe("pass");
  }
});

describe("a request without a token", () => {
  test("A page without a token redirects to the sign-in with the way back", async () => {
    const answer = await get("/chat/0197?at=12&q=a%20b", { accept: "text/html,*/*;q=0.8" });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe(
      "/login?next=%2Fchat%2F0197%3Fat%3D12%26q%3Da%2520b",
    );
  });

  test("A page that is not requested as HTML answers 401 without a token", async () => {
    const answer = await get("/chat", { accept: "application/json" });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  test("An unknown path answers 401 without a token, as HTML too", async () => {
    expect((await get("/nothing", { accept: "text/html" })).status).toBe(401);
  });

  test("Every protected route answers 401 without a token and is not proxied", async () => {
    const before = server.requests.length;
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"])
      for (const path of ["/service/api/profile", "/service/healthz", "/service/api/x", "/ws"])
        expect((await get(path, {}, method)).status).toBe(401);
    expect(server.requests.length).toBe(before);
  });

  test("Sign-in and registration are proxied without a token", async () => {
    for (const path of ["/service/api/login", "/service/api/register"])
      expect(await (await get(path, {}, "POST")).json()).toMatchObject({ target: path });
  });

  test("A CORS preflight is proxied without a token, and no other OPTIONS request is", async () => {
    const asks = { origin: "https://a.example", "access-control-request-method": "PATCH" };
    const answer = await get("/service/api/profile", asks, "OPTIONS");
    expect(await answer.json()).toMatchObject({ method: "OPTIONS" });
    expect((await get("/service/api/profile", {}, "OPTIONS")).status).toBe(401);
    expect((await get("/chat", asks, "OPTIONS")).status).toBe(401);
    expect((await get("/service/link", asks, "OPTIONS")).status).toBe(401);
  });

  test("A token with another signature or past its expiry answers 401", async () => {
    const forged = await tokenOf(USER, { secret: "another secret that is long enough too" });
    const over = await tokenOf(USER, { seconds: -1 });
    for (const token of [forged, over, "x.y.z", ""])
      expect((await get("/service/api/profile", { authorization: `Bearer ${token}` })).status).toBe(
        401,
      );
  });
});

describe("a request with a token", () => {
  test("An unknown path answers 404 with a token", async () => {
    const answer = await get("/nothing", await bearer());
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "not_found" });
  });

  test("The server's link, WebSockets and metrics answer 404 with a token", async () => {
    const before = server.requests.length;
    for (const path of ["/service/link", "/service/ws", "/service/metrics", "/service/"])
      expect((await get(path, { ...(await bearer()), accept: "text/html" })).status).toBe(404);
    expect(server.requests.length).toBe(before);
  });

  test("The server's health is proxied with a token", async () => {
    expect((await get("/service/readyz", await bearer())).status).toBe(200);
  });
});

describe("a path that two programs could read differently", () => {
  const tricks = ["profile", "chats/x", "login/../profile", "%70rofile", "Profile"].flatMap(
    (end) => [
      `/service/api/${end}`,
      `/login/../service/api/${end}`,
      `/assets/../service/api/${end}`,
      `/assets/%2e%2e/service/api/${end}`,
      `/assets/..%2fservice/api/${end}`,
      `/assets/..%5Cservice/api/${end}`,
      `/assets\\..\\service\\api\\${end}`,
      `//service/api/${end}`,
      `/login//../service/api/${end}`,
      `/./service/./api/${end}`,
      `/service/api/login%00/../${end}`,
      `/service%2fapi%2f${end}`,
      `http://other.example/service/api/${end}`,
      `/service/api/${end}?/login`,
      `/service/api/${end}#/login`,
    ],
  );

  test.each(tricks)("A GET request for %s without a token is not proxied", async (path) => {
    const before = server.requests.length;
    const answer = await raw(`GET ${path} HTTP/1.1`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(server.requests.length).toBe(before);
  });

  test.each(["/a//b", "/a%2Fb", "/a%5cb", "/a%00b", "//"])(
    "The ambiguous path %s is refused even with a token",
    async (path) => {
      const { authorization } = await bearer();
      const answer = await raw(`GET ${path} HTTP/1.1`, [
        `Host: ${gateway.url.host}`,
        `Authorization: ${authorization}`,
      ]);
      expect(answer).toStartWith("HTTP/1.1 400 ");
      expect(answer).toContain('"code":"bad_request"');
    },
  );

  test.each(["a/b?", "x y", "[::1", "a@b"])(
    "A request with the Host %s is refused",
    async (host) => {
      const answer = await raw("POST /service/api/profile HTTP/1.1", [`Host: ${host}`]);
      expect(answer).toStartWith("HTTP/1.1 400 ");
    },
  );

  test("A proxied path is the path that access was decided on", async () => {
    const { authorization } = await bearer();
    await raw("GET /service/api/a/../b/%2e%2e/c%20d?e=%2F HTTP/1.1", [
      `Host: ${gateway.url.host}`,
      `Authorization: ${authorization}`,
    ]);
    const { pathname, search } = new URL(server.requests.at(-1)?.url ?? "");
    expect(pathname + search).toBe("/service/api/c%20d?e=%2F");
  });
});
