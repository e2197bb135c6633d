import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Gateway } from "../gateway.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { bearer, eventually, startTestGateway, tokenOf } from "../testing/test-gateway.ts";

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

/** A body whose length nobody knows beforehand. */
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

describe("an answer comes through as it is", () => {
  test("with status, headers and cookies", async () => {
    respond = () => {
      const headers = new Headers({ etag: '"1"', "x-own": "yes", location: "/elsewhere" });
      headers.append("set-cookie", "token=a; HttpOnly");
      headers.append("set-cookie", "b=c");
      return new Response(null, { status: 303, headers });
    };
    const got = await send("/service/api/x");
    expect(got.status).toBe(303);
    expect(got.headers.get("location")).toBe("/elsewhere");
    expect(got.headers.getSetCookie()).toEqual(["token=a; HttpOnly", "b=c"]);
    expect(got.headers.get("x-own")).toBe("yes");
  });

  test("compressed, when the caller reads that, and plain when it does not", async () => {
    respond = (request) =>
      request.headers.get("accept-encoding") === "identity"
        ? new Response("plain")
        : new Response(gzipSync("compressed"), { headers: { "content-encoding": "gzip" } });
    const gzip = { "accept-encoding": "gzip" };
    const got = await send("/service/api/x", { headers: gzip, decompress: false });
    expect(got.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(await got.bytes()).toString()).toBe("compressed");
    expect(await (await send("/service/api/x", { headers: gzip })).text()).toBe("compressed");
    const plain = await send("/service/api/x", { headers: { "accept-encoding": "identity" } });
    expect(await plain.text()).toBe("plain");
  });

  test.each([204, 205, 304])("without a body for %d", async (status) => {
    respond = () => new Response(null, { status, headers: { etag: '"1"' } });
    const got = await send("/service/api/x");
    expect(got.status).toBe(status);
    expect(await got.text()).toBe("");
  });

  test("to HEAD with the length alone", async () => {
    respond = () => new Response("12345");
    const got = await send("/service/api/x", { method: "HEAD" });
    expect(got.headers.get("content-length")).toBe("5");
    expect(await got.text()).toBe("");
  });

  test("piece by piece, the first before the last is known", async () => {
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

  test("with the server's own security headers, where it has set some", async () => {
    respond = () => new Response("x", { headers: { "content-security-policy": "sandbox" } });
    const got = await send("/service/api/files/1");
    expect(got.headers.get("content-security-policy")).toBe("sandbox");
    expect(got.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("a request reaches the server", () => {
  test("with the user's token from the cookie, and without the cookie", async () => {
    const token = await tokenOf();
    const headers = { cookie: `a=b; token=${token}`, "x-request-id": "mine-1" };
    const got = await fetch(new URL("/service/api/profile?x=1", gateway.url), { headers });
    const seen = server.requests.at(-1)?.headers;
    expect(seen?.get("authorization")).toBe(`Bearer ${token}`);
    expect(seen?.has("cookie")).toBe(false);
    expect(seen?.get("x-request-id")).toBe("mine-1");
    expect(got.headers.get("x-request-id")).toBe("mine-1");
    expect(seen?.get("x-forwarded-for")).toBe("127.0.0.1");
    expect(seen?.get("x-forwarded-host")).toBe(gateway.url.host);
    expect(seen?.get("x-forwarded-proto")).toBe("http");
  });

  test("with the caller's trace, under a span of the gateway's own", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const traceparent = `00-${trace}-b7ad6b7169203331-01`;
    await send("/service/api/x", { headers: { traceparent, tracestate: "theirs=1" } });
    const seen = server.requests.at(-1)?.headers;
    expect(seen?.get("traceparent")).toMatch(
      new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
    );
    expect(seen?.get("tracestate")).toBe("theirs=1");
  });

  test("while its body is still on the way, when it is a file", async () => {
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
    const got = send("/service/api/files", { method: "POST", body });
    expect(await arrived.promise).toBe(1_000);
    rest.resolve();
    expect(await (await got).text()).toBe("whole");
  });

  test("not at all, when its method is none of an API's", async () => {
    const before = server.requests.length;
    const got = await send("/service/api/x", { method: "PROPFIND" });
    expect([got.status, got.headers.get("allow")]).toEqual([
      405,
      "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    ]);
    const known = await send("/service/api/chats/1", { method: "PROPFIND" });
    expect([known.status, known.headers.get("allow")]).toEqual([405, "GET, PATCH, DELETE"]);
    expect(server.requests.length).toBe(before);
  });
});

describe("a body that is too large is refused", () => {
  const MiB = 1024 * 1024;
  test.each([
    ["POST", "/service/api/messages", MiB],
    ["PATCH", "/service/api/profile", MiB],
    ["POST", "/service/api/profile/avatar", MiB],
    ["PUT", "/service/api/profile/avatar", 5 * MiB],
    ["POST", "/service/api/files", 25 * MiB],
  ])("%s %s above %d bytes, its length said or not", async (method, path, limit) => {
    for (const body of [new Uint8Array(limit), chunked(limit)]) {
      const got = await send(path, { method, body });
      expect([got.status, (await got.bytes()).byteLength]).toEqual([200, limit]);
    }
    for (const body of [new Uint8Array(limit + 1), chunked(limit + 1)]) {
      const got = await send(path, { method, body });
      expect(got.status).toBe(413);
      expect(await got.json()).toMatchObject({ code: "too_large" });
    }
  });
});

test("a caller that goes away takes its request with it", async () => {
  const gone = Promise.withResolvers<void>();
  let begun = false;
  respond = (request) => {
    begun = true;
    request.signal.addEventListener("abort", () => gone.resolve());
    return new Promise(() => {});
  };
  const caller = new AbortController();
  const got = send("/service/api/slow", { signal: caller.signal }).catch(() => "aborted");
  await eventually(() => begun);
  caller.abort();
  expect(await got).toBe("aborted" as never);
  await gone.promise;
});
