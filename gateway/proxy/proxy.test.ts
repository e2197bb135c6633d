import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { eventually } from "@parley/platform/testing/eventually";
import type { Gateway } from "../gateway.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway, tokenOf } from "../testing/test-gateway.ts";

let gateway: Gateway;
let server: FakeServer;
let respond: (request: Request) => Response | Promise<Response>;

beforeAll(async () => {
  server = startFakeServer({ respond: (request) => respond(request) });
  gateway = await startTestGateway(server.url);
});
beforeEach(() => {
  respond = async (request) => new Response(await request.bytes());
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function send(path: string, init: BunFetchRequestInit = {}): Promise<Response> {
  const headers = { ...(await bearer()), ...(init.headers as Record<string, string>) };
  return fetch(new URL(path, gateway.url), { redirect: "manual", ...init, headers });
}

/** A body without Content-Length. */
function chunked(bytes: number, chunk = 64 * 1024): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(chunk, left);
      left -= size;
      if (size > 0) controller.enqueue(new Uint8Array(size));
      else controller.close();
    },
  });
}

describe("responses of the server", () => {
  test("A response is passed on with its status, headers and cookies", async () => {
    respond = () => {
      const headers = new Headers({ etag: '"1"', "x-own": "yes", location: "/elsewhere" });
      headers.append("set-cookie", "token=a; HttpOnly");
      headers.append("set-cookie", "b=c");
      return new Response(null, { status: 303, headers });
    };
    const response = await send("/service/api/x");
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/elsewhere");
    expect(response.headers.getSetCookie()).toEqual(["token=a; HttpOnly", "b=c"]);
    expect(response.headers.get("x-own")).toBe("yes");
  });

  test("A response is passed on compressed where the caller accepts that, and otherwise uncompressed", async () => {
    respond = (request) =>
      request.headers.get("accept-encoding") === "identity"
        ? new Response("plain")
        : new Response(gzipSync("compressed"), { headers: { "content-encoding": "gzip" } });
    const gzip = { "accept-encoding": "gzip" };
    const response = await send("/service/api/x", { headers: gzip, decompress: false });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(await response.bytes()).toString()).toBe("compressed");
    expect(await (await send("/service/api/x", { headers: gzip })).text()).toBe("compressed");
    const plain = await send("/service/api/x", { headers: { "accept-encoding": "identity" } });
    expect(await plain.text()).toBe("plain");
  });

  test.each([204, 205, 304])(
    "A response with status %d is passed on without a body",
    async (status) => {
      respond = () => new Response(null, { status, headers: { etag: '"1"' } });
      const response = await send("/service/api/x");
      expect(response.status).toBe(status);
      expect(await response.text()).toBe("");
    },
  );

  test("A response to HEAD has a length and no body", async () => {
    respond = () => new Response("12345");
    const response = await send("/service/api/x", { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("5");
    expect(await response.text()).toBe("");
  });

  test("A response is streamed piece by piece", async () => {
    const rest = Promise.withResolvers<void>();
    respond = () =>
      new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode("first"));
            await rest.promise;
            controller.enqueue(new TextEncoder().encode("last"));
            controller.close();
          },
        }),
      );
    const reader = (await send("/service/api/x")).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
    rest.resolve();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("last");
  });

  test("A security header of the server is not replaced", async () => {
    respond = () => new Response("x", { headers: { "content-security-policy": "sandbox" } });
    const response = await send("/service/api/files/1");
    expect(response.headers.get("content-security-policy")).toBe("sandbox");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("requests to the server", () => {
  test("The server gets the token of the cookie, and not the cookie", async () => {
    const token = await tokenOf();
    const headers = { cookie: `a=b; token=${token}`, "x-request-id": "mine-1" };
    const response = await fetch(new URL("/service/api/profile?x=1", gateway.url), { headers });
    const seen = server.requests.at(-1)?.headers;
    expect(seen?.get("authorization")).toBe(`Bearer ${token}`);
    expect(seen?.has("cookie")).toBe(false);
    expect(seen?.get("x-request-id")).toBe("mine-1");
    expect(response.headers.get("x-request-id")).toBe("mine-1");
    expect(seen?.get("x-forwarded-for")).toBe("127.0.0.1");
    expect(seen?.get("x-forwarded-host")).toBe(gateway.url.host);
    expect(seen?.get("x-forwarded-proto")).toBe("http");
  });

  test("The server gets the device cookie at the sign-in, and no other cookie", async () => {
    const seenCookie = async (path: string, cookie: string, method = "POST") => {
      await fetch(new URL(`/service/api/${path}`, gateway.url), { method, headers: { cookie } });
      return server.requests.at(-1)?.headers.get("cookie") ?? null;
    };
    expect(await seenCookie("login", "a=b; device=1.2.x_y-z; token=t")).toBe("device=1.2.x_y-z");
    expect(await seenCookie("login", "__Host-device=1; token=t")).toBeNull();
    expect(await seenCookie("login", `device=${"x".repeat(257)}`)).toBeNull();
    expect(await seenCookie("login", 'device="a b"')).toBeNull();
    expect(await seenCookie("register", "device=1")).toBeNull();
    expect(await seenCookie("openapi.json", "device=1", "GET")).toBeNull();
  });

  test("The server gets the caller's trace with a span of the gateway", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const traceparent = `00-${trace}-b7ad6b7169203331-01`;
    await send("/service/api/x", { headers: { traceparent, tracestate: "theirs=1" } });
    const seen = server.requests.at(-1)?.headers;
    expect(seen?.get("traceparent")).toMatch(
      new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
    );
    expect(seen?.get("tracestate")).toBe("theirs=1");
  });

  test("A file is streamed to the server while it is uploaded", async () => {
    const rest = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<number | undefined>();
    respond = async (request) => {
      const reader = request.body?.getReader();
      arrived.resolve((await reader?.read())?.value?.byteLength);
      while (!(await reader?.read())?.done);
      return new Response("whole");
    };
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new Uint8Array(1_000));
        await rest.promise;
        controller.close();
      },
    });
    const response = send("/service/api/files", { method: "POST", body });
    expect(await arrived.promise).toBe(1_000);
    rest.resolve();
    expect(await (await response).text()).toBe("whole");
  });

  test("A request with an unknown method is refused with 405 and does not reach the server", async () => {
    const before = server.requests.length;
    const response = await send("/service/api/x", { method: "PROPFIND" });
    expect([response.status, response.headers.get("allow")]).toEqual([
      405,
      "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    ]);
    const known = await send("/service/api/chats/1", { method: "PROPFIND" });
    expect([known.status, known.headers.get("allow")]).toEqual([405, "GET, PATCH, DELETE"]);
    expect(server.requests.length).toBe(before);
  });
});

describe("the limits of bodies", () => {
  const MiB = 1024 * 1024;
  test.each([
    ["POST", "/service/api/messages", MiB],
    ["PATCH", "/service/api/profile", MiB],
    ["POST", "/service/api/profile/avatar", MiB],
    ["PUT", "/service/api/profile/avatar", 5 * MiB],
    ["POST", "/service/api/files", 25 * MiB],
  ])(
    "A body of %s %s over %d bytes is refused with 413, with or without Content-Length",
    async (method, path, limit) => {
      for (const body of [new Uint8Array(limit), chunked(limit)]) {
        const response = await send(path, { method, body });
        expect([response.status, (await response.bytes()).byteLength]).toEqual([200, limit]);
      }
      for (const body of [new Uint8Array(limit + 1), chunked(limit + 1)]) {
        const response = await send(path, { method, body });
        expect(response.status).toBe(413);
        expect(await response.json()).toMatchObject({ code: "too_large" });
      }
    },
  );
});

test("A request is aborted when its caller is gone", async () => {
  const gone = Promise.withResolvers<void>();
  let begun = false;
  respond = (request) => {
    begun = true;
    request.signal.addEventListener("abort", () => gone.resolve());
    return new Promise(() => {});
  };
  const caller = new AbortController();
  const response = send("/service/api/slow", { signal: caller.signal }).catch(() => "aborted");
  await eventually(() => begun);
  caller.abort();
  expect(await response).toBe("aborted" as never);
  await gone.promise;
});
