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
] as const)(
  "with header %p and cookie %p the caller is known by %p",
  async (header, cookie, who) => {
    expect(await chooseIdentity({ header, cookie }, verify)).toEqual({ claims, ...who });
  },
);

test.each([
  [undefined, undefined],
  ["bad", "bad"],
  ["", ""],
])("with header %p and cookie %p the caller is unknown", async (header, cookie) => {
  expect(await chooseIdentity({ header, cookie }, verify)).toBeNull();
});

describe("the cookie", () => {
  const OTHER = "0197aaaa-0000-7000-8000-000000000002";
  const network = ["127.0.0.1", "::1"].map(parseNetwork);

  /** What a gateway tells its server about a request, or the status with which it refuses it. */
  async function heard(settings: Partial<Settings>, headers: Record<string, string>) {
    await using server = startFakeServer();
    await using gateway = await startTestGateway(server.url, settings);
    const answer = await fetch(new URL("/service/api/profile", gateway.url), { headers });
    const seen = server.requests.at(-1)?.headers;
    return {
      status: answer.status,
      token: bearerToken(seen?.get("authorization")),
      proto: seen?.get("x-forwarded-proto"),
      hsts: answer.headers.has("strict-transport-security"),
    };
  }

  test.each([
    ["a configured origin", { PUBLIC_ORIGIN: "https://chat.example" }, {}],
    ["a trusted proxy", { TRUSTED_PROXIES: network }, { "x-forwarded-proto": "https" }],
  ])(
    "over HTTPS by the word of %s is `__Host-token`, and a tossed `token` counts for nothing",
    async (_, settings, by) => {
      const [own, tossed] = [await tokenOf(), await tokenOf(OTHER)];
      const both = `token=${tossed}; __Host-token=${own}; token=${tossed}`;
      expect(await heard(settings, { ...by, cookie: both })).toEqual({
        status: 200,
        token: own,
        proto: "https",
        hsts: true,
      });
      expect((await heard(settings, { ...by, cookie: `token=${tossed}` })).status).toBe(401);
    },
  );

  test.each([
    ["nobody says HTTPS", {}, {}],
    ["a stranger says HTTPS", {}, { "x-forwarded-proto": "https" }],
    [
      "the configured origin is HTTP",
      { PUBLIC_ORIGIN: "http://chat.example", TRUSTED_PROXIES: network },
      { "x-forwarded-proto": "https" },
    ],
  ])("is `token` where %s", async (_, settings, by) => {
    const token = await tokenOf();
    expect(await heard(settings, { ...by, cookie: `token=${token}` })).toEqual({
      status: 200,
      token,
      proto: "http",
      hsts: false,
    });
    expect((await heard(settings, { ...by, cookie: `__Host-token=${token}` })).status).toBe(401);
  });
});

test("a header that is no good does not hide a good cookie", async () => {
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
      const answer = await fetch(new URL(path, gateway.url), { headers, redirect: "manual" });
      expect([authorization, path, answer.status === 302 || answer.status === 401]).toEqual([
        authorization,
        path,
        false,
      ]);
    }
});
