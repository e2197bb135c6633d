import { describe, expect, test } from "bun:test";
import { bearerToken, type Claims } from "@parley/platform/http/token";
import { parseNetwork } from "../address/trusted-proxies.ts";
import type { Settings } from "../settings.ts";
import { startFakeServer } from "../testing/fake-server.ts";
import { startTestGateway, tokenOf, USER } from "../testing/test-gateway.ts";
import { chooseIdentity } from "./identify.ts";

const claims: Claims = { sub: "ann", sid: "s", iat: 0, exp: 1 };
const verify = async (token: string) => (token.startsWith("good") ? claims : null);

test.each([
  ["good-1", undefined, { token: "good-1", by: "header" }],
  [undefined, "good-2", { token: "good-2", by: "cookie" }],
  ["good-1", "good-2", { token: "good-1", by: "header" }],
  ["bad", "good-2", { token: "good-2", by: "cookie" }],
  ["good-1", "bad", { token: "good-1", by: "header" }],
] as const)("With header %p and cookie %p the identity is %p", async (header, cookie, who) => {
  expect(await chooseIdentity({ header, cookie }, verify)).toEqual({ claims, ...who });
});

test.each([
  [undefined, undefined],
  ["bad", "bad"],
  ["", ""],
])("With header %p and cookie %p there is no identity", async (header, cookie) => {
  expect(await chooseIdentity({ header, cookie }, verify)).toBeNull();
});

describe("the session cookie", () => {
  const OTHER = "0197aaaa-0000-7000-8000-000000000002";
  const network = ["127.0.0.1", "::1"].map(parseNetwork);

  /** Sends a request. @returns what the server received, or the status of the refusal. */
  async function sendRequest(settings: Partial<Settings>, headers: Record<string, string>) {
    await using server = startFakeServer();
    await using gateway = await startTestGateway(server.url, settings);
    const response = await fetch(new URL("/service/api/profile", gateway.url), { headers });
    const seen = server.requests.at(-1)?.headers;
    return {
      status: response.status,
      token: bearerToken(seen?.get("authorization")),
      proto: seen?.get("x-forwarded-proto"),
      hsts: response.headers.has("strict-transport-security"),
    };
  }

  test.each([
    ["a configured origin", { PUBLIC_ORIGIN: "https://chat.example" }, {}],
    ["a trusted proxy", { TRUSTED_PROXIES: network }, { "x-forwarded-proto": "https" }],
  ])(
    "Over HTTPS, as %s says, the cookie is `__Host-token`, and a `token` of another origin is ignored",
    async (_, settings, by) => {
      const [own, injected] = [await tokenOf(), await tokenOf(OTHER)];
      const both = `token=${injected}; __Host-token=${own}; token=${injected}`;
      expect(await sendRequest(settings, { ...by, cookie: both })).toEqual({
        status: 200,
        token: own,
        proto: "https",
        hsts: true,
      });
      expect((await sendRequest(settings, { ...by, cookie: `token=${injected}` })).status).toBe(
        401,
      );
    },
  );

  test.each([
    ["no source reports HTTPS", {}, {}],
    ["an untrusted peer reports HTTPS", {}, { "x-forwarded-proto": "https" }],
    [
      "the configured origin is HTTP",
      { PUBLIC_ORIGIN: "http://chat.example", TRUSTED_PROXIES: network },
      { "x-forwarded-proto": "https" },
    ],
  ])("The cookie is `token` where %s", async (_, settings, by) => {
    const token = await tokenOf();
    expect(await sendRequest(settings, { ...by, cookie: `token=${token}` })).toEqual({
      status: 200,
      token,
      proto: "http",
      hsts: false,
    });
    expect((await sendRequest(settings, { ...by, cookie: `__Host-token=${token}` })).status).toBe(
      401,
    );
  });
});

test("An invalid header does not hide a valid cookie", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url);
  const cookie = `token=${await tokenOf()}`;
  const bad = [
    "Bearer",
    "Bearer ",
    "Bearer x.y.z",
    "Bearer a b",
    "Basic dXNlcjpwYXNz",
    "token",
    `Bearer ${await tokenOf(USER, { seconds: -1 })}`,
  ];
  for (const authorization of bad)
    for (const path of ["/chat", "/service/api/profile"]) {
      const headers = { authorization, cookie, accept: "text/html" };
      const response = await fetch(new URL(path, gateway.url), { headers, redirect: "manual" });
      expect([authorization, path, response.status === 302 || response.status === 401]).toEqual([
        authorization,
        path,
        false,
      ]);
    }
});
