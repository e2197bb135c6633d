import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Problem } from "@parley/contracts/problem";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

onEachStack("endpoints of the gateway", (kind) => {
  let stack: Stack;
  let ann: Person;
  beforeAll(async () => {
    stack = await startStack(kind);
    ann = await Person.register(stack.url, "ann");
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(stack.url + path, { headers, redirect: "manual" });

  test("Public routes need no token", async () => {
    for (const path of ["/login", "/register", "/metrics", "/healthz", "/readyz"])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    const page = await (await get("/login")).text();
    const asset = /\/assets\/[\w.-]+\.js/.exec(page)?.[0] ?? "";
    const script = await get(asset);
    expect(script.status).toBe(200);
    expect(script.headers.get("cache-control")).toContain("immutable");
  });

  test("A page without a token redirects to the sign-in and back, and any other route answers 401", async () => {
    for (const path of ["/", "/chat", "/chat/x?y=1", "/settings/profile"]) {
      const response = await get(path, { accept: "text/html" });
      expect([path, response.status]).toEqual([path, 302]);
      expect(response.headers.get("location")).toBe(`/login?next=${encodeURIComponent(path)}`);
    }
    for (const path of ["/service/api/profile", "/nothing", "/service/metrics", "/service/link"]) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await response.json()).toMatchObject({ code: "unauthenticated", status: 401 });
    }
  });

  test("A signature with an extra bit is invalid at the gateway and at the server", async () => {
    const last = ann.token.charCodeAt(ann.token.length - 1);
    // The next character after A, E, I, …, 8 differs only in a padding bit of base64url.
    const altered = ann.token.slice(0, -1) + String.fromCharCode(last + 1);
    for (const origin of [stack.url, stack.serverUrl]) {
      const ask = (token: string) =>
        fetch(`${origin}/service/api/profile`, { headers: { authorization: `Bearer ${token}` } });
      expect((await ask(ann.token)).status).toBe(200);
      expect((await ask(altered)).status).toBe(401);
    }
  });

  test("A header that fits the gateway's limit but not the server's is refused with a problem", async () => {
    const statuses = new Set<number>();
    for (let size = 15_000; size < 16_400; size += 50) {
      const response = await get("/service/api/profile", {
        authorization: `Bearer ${ann.token}`,
        "x-long": "a".repeat(size),
      });
      const type = response.headers.get("content-type");
      if (response.status === 431 && type !== null) {
        expect(type).toBe("application/problem+json");
        expect(await response.json()).toMatchObject({ code: "fields_too_large", status: 431 });
        statuses.add(response.status);
      } else await response.arrayBuffer();
    }
    expect([...statuses]).toEqual([431]);
  });

  test("Internal routes of the server stay hidden from a caller with a token", async () => {
    const headers = { authorization: `Bearer ${ann.token}` };
    for (const path of ["/service/metrics", "/service/link", "/service/ws", "/nothing"])
      expect([path, (await get(path, headers)).status]).toEqual([path, 404]);
  });

  test("A cookie allows reads but no changes from another site", async () => {
    const login = await fetch(`${stack.url}/service/api/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: ann.user.username, password: ann.password }),
    });
    const cookie = login.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^token=[^;]+;.*HttpOnly/);
    expect(cookie).toContain("SameSite=Lax");
    expect(login.headers.get("cache-control")).toBe("no-store");
    const token = cookie.split(";")[0] ?? "";
    expect((await get("/service/api/profile", { cookie: token })).status).toBe(200);
    const change = (headers: Record<string, string>) =>
      fetch(`${stack.url}/service/api/profile`, {
        method: "PATCH",
        headers: { cookie: token, "content-type": "application/json", ...headers },
        body: JSON.stringify({ bio: "rower" }),
      });
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
    ] as Record<string, string>[])
      expect((await change(headers)).status).toBe(403);
    expect((await change({ origin: stack.url })).status).toBe(200);
  });

  test("Every response carries a request ID, the caller's own if it is valid", async () => {
    const own = await get("/healthz", { "x-request-id": "my.request-1" });
    expect(own.headers.get("x-request-id")).toBe("my.request-1");
    const other = await get("/nothing", { "x-request-id": "no spaces" });
    expect(other.headers.get("x-request-id")).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
    await ann.request("GET", "/profile");
    const id = crypto.randomUUID();
    await get("/service/api/profile", { authorization: `Bearer ${ann.token}`, "x-request-id": id });
    for (const { output } of [stack.server, stack.gateway])
      while (!output().includes(id)) await Bun.sleep(10);
  });

  test("A problem names the invalid fields", async () => {
    const response = await fetch(`${stack.url}/service/api/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "x", password: "short" }),
    });
    expect(response.status).toBe(422);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    const problem = (await response.json()) as Problem;
    expect(problem.code).toBe("invalid");
    expect(problem.errors?.map(({ path }) => path)).toEqual(["username", "password"]);
  });

  test("Usernames ignore case, and a wrong password reveals nothing", async () => {
    const register = (username: string) =>
      fetch(`${stack.url}/service/api/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username, password: "correct horse battery" }),
      });
    const taken = await register(ann.user.username.toUpperCase());
    expect([taken.status, ((await taken.json()) as Problem).code]).toEqual([409, "username_taken"]);
    const login = async (username: string) => {
      const response = await fetch(`${stack.url}/service/api/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username, password: "not the password" }),
      });
      const { detail, code } = (await response.json()) as Problem;
      return { status: response.status, detail, code };
    };
    const known = await login(ann.user.username);
    expect(known).toMatchObject({ status: 401, code: "invalid_credentials" });
    expect(await login("nobody-here")).toEqual(known);
  });

  test("An avatar is re-encoded, stored, and served as a small WebP", async () => {
    const headers = { authorization: `Bearer ${ann.token}`, "content-type": "image/png" };
    const address = `${stack.url}/service/api/profile/avatar`;
    const put = (body: string | Uint8Array<ArrayBuffer>) =>
      fetch(address, { method: "PUT", headers, body });
    const user = (await (await put(PNG)).json()) as { avatar: string };
    expect(user.avatar).toStartWith("data:image/webp;base64,");
    expect((await put("<svg xmlns='http://www.w3.org/2000/svg'/>")).status).toBe(415);
    expect((await put(PNG.subarray(0, 40))).status).toBe(422);
    expect((await put(Buffer.alloc(5 * 1024 * 1024 + 1))).status).toBe(413);
    const removed = await fetch(address, { method: "DELETE", headers });
    expect(await removed.json()).toMatchObject({ avatar: null });
  });

  test("A user can list the sessions and end each of them", async () => {
    const { token } = await ann.json<{ token: string }>("POST", "/login", {
      username: ann.user.username,
      password: ann.password,
    });
    const { sessions } = await ann.json<{ sessions: { id: string; current: boolean }[] }>(
      "GET",
      "/sessions",
    );
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    const other = JSON.parse(atob(token.split(".")[1] ?? "")).sid as string;
    expect(sessions.map(({ id }) => id)).toContain(other);
    await ann.json("DELETE", `/sessions/${other}`, undefined, 204);
    const response = await get("/service/api/profile", { authorization: `Bearer ${token}` });
    expect(response.status).toBe(401);
  });

  test("Each metric of the protocol exists and has a value", async () => {
    using _socket = await ann.connect();
    const { id } = await ann.create({ kind: "group", name: "metrics" });
    await ann.json(
      "POST",
      "/messages",
      { chat: id, clientId: crypto.randomUUID(), body: "x" },
      201,
    );
    const gateway = await (await get("/metrics")).text();
    for (const name of ["gateway_request_total", "gateway_request_duration_seconds_count"])
      expect(gateway).toMatch(
        new RegExp(`^${name}\\{[^}]*route="/service/api/chats"[^}]*\\} [1-9]`, "m"),
      );
    expect(gateway).toMatch(/^gateway_user_request_total\{user="[\da-f]{12}"\} [1-9]/m);
    expect(gateway).toContain("gateway_rate_limit_blocked_total");
    expect(gateway).not.toContain(id);
    const server = await (await fetch(`${stack.serverUrl}/service/metrics`)).text();
    for (const line of [
      /^app_request_total\{[^}]*route="\/service\/api\/messages"[^}]*\} [1-9]/m,
      /^message_processing_time_seconds_count\{stage="total"\} [1-9]/m,
      /^ws_manager_active_chats_total [1-9]/m,
      /^app_error_total/m,
      /^app_uptime_seconds [0-9.]+/m,
      /^app_info\{version="[^"]+",runtime="bun [^"]+",database="(embedded|postgres)",storage="(folder|s3)"\} 1/m,
      /^process_cpu_seconds_total/m,
    ])
      expect(server).toMatch(line);
    const open = await get("/metrics", { accept: "application/openmetrics-text; version=1.0.0" });
    expect(open.headers.get("content-type")).toContain("application/openmetrics-text");
    const plain = await get("/metrics", {
      accept: "application/openmetrics-text;version=1.0.0;q=0,text/plain;q=0.5",
    });
    expect(plain.headers.get("content-type")).toContain("text/plain");
    for (const url of [`${stack.url}/metrics`, `${stack.serverUrl}/service/metrics`]) {
      const { headers } = await fetch(url, { method: "HEAD" });
      expect(headers.get("content-type")).toContain("text/plain");
      expect(headers.get("content-length")).not.toBe("0");
    }
    expect(await open.text()).toEndWith("# EOF\n");
  });

  test("The OpenAPI document lists every route that is served", async () => {
    for (const origin of [stack.url, stack.serverUrl]) {
      const { status } = await fetch(`${origin}/service/api/openapi.json`);
      expect([origin, status]).toEqual([origin, 200]);
    }
    const document = await ann.json<{ openapi: string; paths: object }>("GET", "/openapi.json");
    expect(document.openapi).toStartWith("3.1");
    expect(Object.keys(document.paths)).toContain("/service/api/messages");
  });
});

describe("limits and settings", () => {
  test("The eleventh request within a second is refused", async () => {
    await using stack = await startStack("embedded", { RATE_LIMIT_RPS: "10" });
    const ann = await Person.register(stack.url, "ann");
    await Bun.sleep(1_100);
    const responses = await Promise.all(
      Array.from({ length: 12 }, () => ann.request("GET", "/profile")),
    );
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    for (const response of responses) {
      expect(response.headers.get("ratelimit")).toBeTruthy();
      expect(response.headers.get("ratelimit-policy")).toBeTruthy();
    }
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
  });

  test("All users of one address share a limit", async () => {
    await using stack = await startStack("embedded", { RATE_LIMIT_ADDRESS_RPS: "4" });
    const people = [await Person.register(stack.url), await Person.register(stack.url)];
    const responses = await Promise.all(
      people.flatMap((one) => Array.from({ length: 4 }, () => one.request("GET", "/profile"))),
    );
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const response of refused) {
      expect(response.headers.get("ratelimit-policy")).toBe('"address";q=4;w=1');
      expect(response.headers.get("retry-after")).toBe("1");
    }
  });

  test.each(["server/main.ts", "gateway/main.ts"])(
    "The process of %s exits with 78 and names every invalid setting",
    async (file) => {
      const child = Bun.spawn([process.execPath, file], {
        env: { PATH: process.env["PATH"] ?? "", SERVER_PORT: "http", JWT_SECRET: "short" },
        stderr: "pipe",
        stdout: "ignore",
      });
      const [output, code] = [await new Response(child.stderr).text(), await child.exited];
      expect(code).toBe(78);
      expect(output.trim().split("\n")).toHaveLength(2);
      expect(output).toMatch(/^SERVER_PORT must be .*, for example SERVER_PORT=8081$/m);
      expect(output).toMatch(/^JWT_SECRET must be .*, for example JWT_SECRET=/m);
    },
  );
});
