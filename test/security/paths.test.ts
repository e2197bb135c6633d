import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import fc from "fast-check";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { ask } from "./raw-http.ts";
import { type StandaloneGateway, startStandaloneGateway } from "./standalone-gateway.ts";

const VARIANTS = 6_000;
const CONCURRENCY = 32;

let gateway: StandaloneGateway;

/** Paths that need a token: routes of the server, pages, and internal routes. */
const PROTECTED = [
  ...SERVER_ROUTES.map(({ pattern }) =>
    pattern.replace(/:\w+/g, "0197aaaa-0000-7000-8000-000000000001"),
  ),
  ...["/", "/chat", "/chat/1", "/settings/account", "/ws", "/service/ws", "/service/link"],
].filter((path) => !/\/(?:login|register|openapi\.json)$/.test(path));
/** Public paths that the gateway serves. */
const OPEN = /^\/(?:login|register|healthz|readyz|metrics|assets\/.*|[\w.-]+\.\w+)$/;
/** Public requests that the gateway forwards to the server. */
const FORWARDED =
  /^(?:POST \/service\/api\/(?:login|register)\b|(?:GET|HEAD) \/service\/api\/openapi\.json\b)/;

const hex = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
const replaceOne = (path: string, at: number, change: (character: string) => string) => {
  const index = at % path.length;
  return path.slice(0, index) + change(path[index] ?? "") + path.slice(index + 1);
};
const insert = (what: string) => (path: string, at: number) =>
  replaceOne(path, at, (c) => what + c);
const append = (what: string) => (path: string) => path + what;
const prepend = (what: string) => (path: string) => what + path;

/** Changes to a path by which two programs might parse the path differently. */
const TRICKS: readonly ((path: string, at: number) => string)[] = [
  (path, at) => replaceOne(path, at, hex),
  (path, at) => replaceOne(path, at, (c) => hex(c).toUpperCase()),
  (path, at) => replaceOne(path, at, (c) => hex(c).replace("%", "%25")),
  (path, at) => replaceOne(path, at, (c) => c.toUpperCase()),
  (path) => path.toUpperCase(),
  (path) => path.replaceAll("/", "//"),
  (path) => path.replaceAll("/", "\\"),
  (path) => path.replaceAll("/", "%2f"),
  (path) => path.replaceAll("/", "%5C"),
  (path) => path.replaceAll("/", "/./"),
  (path) => path.replaceAll("/", "\xc0\xaf"),
  (path) => path.replaceAll("/", "%c0%af"),
  ...[
    "/",
    "//",
    ".",
    "..",
    "%2e",
    ";",
    "%00",
    "%20",
    "%09",
    "%0a",
    "\t",
    "\\",
    "?",
    "#",
    "*",
    "\x7f",
    "%u002f",
    "\xef\xbc\x8f",
  ].map(insert),
  ...[
    "/",
    "//",
    "/.",
    "/..",
    ".",
    "..",
    "%2e",
    ";a=b",
    "%00",
    "%20",
    "%3f",
    "?",
    "??",
    "#",
    "#/login",
    ".html",
    ".css",
    "/index.html",
    "/../../../login",
    "?/assets/x.js",
    "/%2e%2e/login",
    "%23",
  ].map(append),
  ...[
    "/login/..",
    "/login/../..",
    "/login;/..",
    "/login%2f..",
    "/assets/..",
    "/assets/%2e%2e",
    "/assets/..%2f",
    "/healthz/..",
    "/service/api/login/../../..",
    "/service/api/register/%2e%2e/%2E%2E/..",
    "//login/..",
    "/.",
    "/%2e",
    "/\\",
    "//evil.example",
    "/metrics/..;",
    "\\",
    "http://127.0.0.1",
    "http://login",
    "http:",
    "*",
  ].map(prepend),
];

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "get", "TRACE", "PROPFIND", "X"];
/** Headers by which some proxies let a request name another path or method. */
const FIELDS = [
  [],
  ["X-Original-URL: /login", "X-Rewrite-URL: /login"],
  ["X-Forwarded-Prefix: /login", "X-Forwarded-Path: /login", "X-Forwarded-Host: localhost"],
  ["X-HTTP-Method-Override: POST"],
  ["Accept: text/html"],
  ["Authorization: Bearer", "Cookie: token="],
  ["Origin: http://chat.example"],
];

/** Whether a request is for a public path after the normalisation of its URL. */
function isPublic(method: string, target: string): boolean {
  const { pathname } = URL.parse(target, "http://chat.example") ?? { pathname: "" };
  return OPEN.test(pathname) || FORWARDED.test(`${method} ${pathname}`);
}

const variant = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom(...PROTECTED),
  tricks: fc.array(fc.tuple(fc.constantFrom(...TRICKS), fc.nat(200)), { maxLength: 3 }),
  fields: fc.constantFrom(...FIELDS),
});

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  beforeAll(async () => {
    gateway = await startStandaloneGateway({}, undefined, await prepare(runtime));
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test("No spelling of a path reaches a protected route without a token", async () => {
    const variants = fc.sample(variant, { numRuns: VARIANTS, seed: 2026 });
    const passed: string[] = [];
    let responses = 0;
    const attack = async ({ method, path, tricks, fields }: (typeof variants)[number]) => {
      const target = tricks.reduce((changed, [trick, at]) => trick(changed, at), path);
      const host = "Host: chat.example";
      const status = await ask(gateway.port, [`${method} ${target} HTTP/1.1`, host, ...fields]);
      if (status !== null) responses++;
      if (status !== null && status < 300 && !isPublic(method, target))
        passed.push(`${method} ${target}`);
    };
    for (let start = 0; start < VARIANTS; start += CONCURRENCY)
      await Promise.all(variants.slice(start, start + CONCURRENCY).map(attack));
    expect(passed).toEqual([]);
    expect(gateway.seen.filter((request) => !FORWARDED.test(request))).toEqual([]);
    expect(responses).toBeGreaterThan(VARIANTS * 0.75);
  });
});
