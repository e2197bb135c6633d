import { describe, expect, test } from "bun:test";
import { parseNetwork } from "../address/trusted-proxies.ts";
import { startFakeServer } from "../testing/fake-server.ts";
import { startTestGateway, tokenOf } from "../testing/test-gateway.ts";
import { isCrossSite, type RequestOriginFacts } from "./cross-site.ts";

const post: RequestOriginFacts = {
  method: "POST",
  target: "other",
  fetchSite: undefined,
  origin: undefined,
  host: "chat.example:8080",
  publicOrigin: undefined,
  corsOrigins: [],
  https: false,
  carriesCookie: true,
  signedInBy: "cookie",
};
const socket: RequestOriginFacts = { ...post, method: "GET", target: "handshake" };

describe("unsafe requests that a cookie authenticates", () => {
  test.each([
    [{ fetchSite: "same-origin" }, false],
    [{ fetchSite: "none" }, true],
    [{ fetchSite: "none", origin: "http://chat.example:8080" }, true],
    [{ fetchSite: "same-origin", origin: "http://chat.example:8080" }, false],
    [{ fetchSite: "same-origin", origin: "http://evil.example" }, true],
    [{ fetchSite: "same-origin", origin: "null" }, true],
    [{ fetchSite: "same-site" }, true],
    [{ fetchSite: "cross-site" }, true],
    [{ fetchSite: "" }, true],
    [{ fetchSite: "cross-site", origin: "http://chat.example:8080" }, true],
    [{ origin: "http://chat.example:8080" }, false],
    [{ origin: "https://chat.example:8080" }, false],
    [{ origin: "http://chat.example" }, true],
    [{ origin: "http://evil.example:8080" }, true],
    [{ origin: "null" }, true],
    [{ origin: "" }, true],
    [{}, true],
    [{ host: undefined, origin: "http://undefined" }, true],
    [{ host: "chat.example:443", origin: "https://chat.example" }, false],
    [{ https: true, origin: "https://chat.example:8080" }, false],
    [{ https: true, origin: "http://chat.example:8080" }, true],
    [{ https: true, host: "chat.example", origin: "http://chat.example" }, true],
    [{ https: true, host: "chat.example", origin: "https://chat.example" }, false],
    [{ publicOrigin: "https://chat.example", origin: "https://chat.example" }, false],
    [{ publicOrigin: "https://chat.example", origin: "http://chat.example:8080" }, true],
  ])("An unsafe request with a cookie and %p is cross-site: %p", (said, crossSite) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"])
      expect(isCrossSite({ ...post, method, ...said })).toBe(crossSite);
  });

  test("An unsafe request is checked, and one without the cookie is not", () => {
    const foreign = { ...post, fetchSite: "cross-site", origin: "http://evil.example" };
    expect(isCrossSite(foreign)).toBe(true);
    for (const signedInBy of ["header", undefined] as const)
      expect(isCrossSite({ ...foreign, carriesCookie: false, signedInBy })).toBe(false);
    for (const method of ["GET", "HEAD", "OPTIONS"])
      expect(isCrossSite({ ...foreign, method })).toBe(false);
  });
});

describe("unsafe requests with a cookie and a token in a header", () => {
  test.each([
    [{ origin: "http://evil.example" }, true],
    [{ fetchSite: "cross-site" }, true],
    [{ fetchSite: "none" }, true],
    [{ origin: "http://chat.example:8080" }, false],
    [{ fetchSite: "same-origin" }, false],
    [{}, false],
  ])(
    "An unsafe request with a cookie, a token in a header and %p is cross-site: %p",
    (said, crossSite) => {
      for (const signedInBy of ["header", undefined] as const)
        expect(isCrossSite({ ...post, ...said, signedInBy })).toBe(crossSite);
    },
  );
});

describe("WebSocket handshakes", () => {
  test.each([
    [{ origin: "http://chat.example:8080" }, false],
    [{ https: true, origin: "https://chat.example:8080" }, false],
    [{ https: true, origin: "http://chat.example:8080" }, true],
    [{ origin: "http://evil.example" }, true],
    [{ origin: "http://evil.example", signedInBy: "header" as const }, true],
    [{ origin: "http://evil.example", fetchSite: "same-origin" }, true],
    [{}, true],
    [{ signedInBy: "header" as const }, false],
    [{ signedInBy: undefined }, false],
  ])("A WebSocket handshake with %p is cross-site: %p", (said, crossSite) => {
    expect(isCrossSite({ ...socket, ...said })).toBe(crossSite);
  });
});

describe("requests for the address of the WebSocket without a handshake", () => {
  test.each([
    [{ origin: "http://evil.example" }, true],
    [{ origin: "http://chat.example:8080" }, false],
    [{}, false],
  ])("A request with %p is cross-site: %p", (said, crossSite) => {
    expect(isCrossSite({ ...socket, target: "socket_address", ...said })).toBe(crossSite);
  });
});

describe("requests that sign in", () => {
  const corsOrigins = ["https://app.example"];
  test.each([
    [{ origin: "http://evil.example" }, true],
    [{ origin: "null" }, true],
    [{ fetchSite: "cross-site" }, true],
    [{ fetchSite: "same-site" }, true],
    [{ fetchSite: "cross-site", origin: "https://app.example" }, false],
    [{ origin: "http://chat.example:8080" }, false],
    [{ fetchSite: "same-origin" }, false],
    [{}, false],
  ])("A sign-in with %p is cross-site, with a cookie or without: %p", (said, crossSite) => {
    const facts = { ...post, target: "sign_in", corsOrigins, signedInBy: undefined } as const;
    for (const carriesCookie of [true, false])
      expect(isCrossSite({ ...facts, carriesCookie, ...said })).toBe(crossSite);
  });
});

test.each(["/login", "/register"])(
  "%s refuses a foreign origin before the server sees it",
  async (path) => {
    await using server = startFakeServer();
    await using gateway = await startTestGateway(server.url);
    const post = async (headers: Record<string, string>) =>
      (await fetch(new URL(`/service/api${path}`, gateway.url), { method: "POST", headers }))
        .status;
    expect(await post({ origin: "http://evil.example" })).toBe(403);
    expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(server.requests).toHaveLength(0);
    expect(await post({ origin: gateway.url.origin })).toBe(200);
    expect(await post({})).toBe(200);
  },
);

test("A POST with a cookie alone is refused, and one of the same origin is accepted", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url);
  const url = new URL("/service/api/messages", gateway.url);
  const cookie = `theme=dark; token=${await tokenOf()}`;
  const refused = await fetch(url, { method: "POST", headers: { cookie } });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ code: "cross_site" });
  expect(server.requests).toHaveLength(0);
  const authorization = `Bearer ${await tokenOf()}`;
  for (const signs of [{ origin: "http://evil.example" }, { "sec-fetch-site": "none" }]) {
    const both = { cookie, authorization, ...signs } as Record<string, string>;
    expect((await fetch(url, { method: "POST", headers: both })).status).toBe(403);
    const { cookie: _, ...headerOnly } = both;
    expect((await fetch(url, { method: "POST", headers: headerOnly })).status).toBe(200);
  }
  const headers = { cookie, origin: gateway.url.origin };
  expect((await fetch(url, { method: "POST", headers })).status).toBe(200);
});

test("Pages of the same host over HTTP are cross-site when a trusted proxy reports HTTPS", async () => {
  await using server = startFakeServer();
  const TRUSTED_PROXIES = ["127.0.0.1", "::1"].map(parseNetwork);
  await using gateway = await startTestGateway(server.url, { TRUSTED_PROXIES });
  const url = new URL("/service/api/messages", gateway.url);
  const post = async (origin: string) => {
    const cookie = `__Host-token=${await tokenOf()}`;
    const headers = { cookie, origin, "x-forwarded-proto": "https" };
    return (await fetch(url, { method: "POST", headers })).status;
  };
  expect(await post(`http://${gateway.url.host}`)).toBe(403);
  expect(await post(`https://${gateway.url.host}`)).toBe(200);
});
