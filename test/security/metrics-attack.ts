import { METHODS } from "node:http";
import { ERRORS } from "@parley/contracts/errors";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import type { RunBy } from "../runtimes/runtimes.ts";
import { type Answer, type GatewayAlone, signIn, startGatewayAlone } from "./gateway-alone.ts";
import { ask } from "./raw-http.ts";

const PATHS = 3_000;
/** More than the thousand whom the metrics name. */
const PEOPLE = 1_200;
const MADE_UP_METHODS = 300;
const AT_ONCE = 64;

/** What a request may be answered with. */
export const STATUSES: readonly number[] = [
  ...new Set<number>([
    ...[200, 201, 204, 206, 302, 304],
    ...Object.values(ERRORS).map(({ status }) => status),
  ]),
];

/** A gateway before a server that answers with whatever status the query asks for. */
export function startBeforeObedientServer(runBy?: RunBy): Promise<GatewayAlone> {
  const obey: Answer = ({ url }) => {
    const status = Number(new URL(url).searchParams.get("status")) || 200;
    return new Response(null, { status });
  };
  return startGatewayAlone({}, obey, runBy);
}

/**
 * Makes the gateway count as many different things as callers can: every route with every answer, and
 * thousands of paths, methods and people that nobody knows.
 * @param word stands in all that is made up.
 */
export async function attackMetrics(gateway: GatewayAlone, word: string): Promise<void> {
  const person = await signIn(crypto.randomUUID());
  const get = (path: string, init: RequestInit) => request(gateway.url + path, init);
  const as = (authorization: string) => ({ headers: { authorization } });
  const requests: (() => Promise<unknown>)[] = [
    () => get("/metrics", {}),
    ...knownPaths(person).map(
      ([path, init]) =>
        () =>
          get(path, init),
    ),
    ...Array.from({ length: PATHS }, (_, n) => () => get(oddPath(word, n), as(person))),
    ...Array.from({ length: PEOPLE }, () => async () => {
      await get("/service/api/profile", as(await signIn(crypto.randomUUID())));
    }),
    ...oddMethods(word).flatMap((method) =>
      ["/", "/service/api/chats", `/${word}`].map((path) => () => sendRaw(gateway, method, path)),
    ),
  ];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = requests.pop(); next; next = requests.pop()) await next();
    }),
  );
}

/** The name and the labels of each series, sorted. */
export async function seriesOf({ url }: GatewayAlone): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return samples.map((line) => line.slice(0, line.lastIndexOf(" "))).toSorted();
}

/** Every route of the server, by every method that falls under it, with every answer. */
function knownPaths(authorization: string): [path: string, init: RequestInit][] {
  const origin = "http://page.example";
  return SERVER_ROUTES.flatMap(({ method, pattern }) =>
    STATUSES.flatMap((status): [string, RequestInit][] => {
      const path = `${pattern.replace(/:\w+/g, "1")}?status=${status}`;
      const preflight = { origin, "access-control-request-method": method };
      return [
        [path, { method, headers: { authorization } }],
        [path, { method: "HEAD", headers: { authorization } }],
        [path, { method: "OPTIONS", headers: preflight }],
      ];
    }),
  );
}

const PLACES = [
  "",
  "assets/",
  "chat/",
  "settings/",
  "service/",
  "service/api/",
  "service/api/chats/",
];

function oddPath(word: string, n: number): string {
  const tail = ["", ".php", "/x/y", "?a=b", "%ff", "%2f", ";a"][n % 7];
  return `/${PLACES[n % PLACES.length]}${word}${n}${tail}`;
}

/** What Bun knows of, and what nobody does. */
function oddMethods(word: string): string[] {
  const letters = (n: number) => String.fromCharCode(65 + (n % 26), 65 + (n % 25), 65 + (n % 23));
  return [
    ...METHODS,
    ...Array.from({ length: MADE_UP_METHODS }, (_, n) => word.toUpperCase() + letters(n)),
  ];
}

function sendRaw({ port, authorization }: GatewayAlone, method: string, path: string) {
  return ask(port, [`${method} ${path} HTTP/1.1`, "Host: x", authorization]);
}

async function request(url: string, init: RequestInit): Promise<void> {
  const answer = await fetch(url, { ...init, redirect: "manual" });
  await answer.body?.cancel();
}
