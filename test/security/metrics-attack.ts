import { METHODS } from "node:http";
import { ERRORS } from "@parley/contracts/errors";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import type { RunBy } from "../runtimes/runtimes.ts";
import { ask } from "./raw-http.ts";
import {
  type StandaloneGateway,
  type StubHandler,
  signIn,
  startStandaloneGateway,
} from "./standalone-gateway.ts";

const PATHS = 3_000;
/** More than the thousand users that the metrics name. */
const PEOPLE = 1_200;
const MADE_UP_METHODS = 300;
const CONCURRENCY = 64;
/** Fewer than the uploads that one user may have in flight, so that each request is passed on. */
const CONCURRENCY_OF_UPLOADS = 16;

/** Every status of a response. */
export const STATUSES: readonly number[] = [
  ...new Set<number>([
    ...[200, 201, 204, 206, 302, 304],
    ...Object.values(ERRORS).map(({ status }) => status),
  ]),
];

/** Starts a gateway whose server responds with the status that the query names. */
export function startWithStatusServer(runBy?: RunBy): Promise<StandaloneGateway> {
  const respond: StubHandler = ({ url }) => {
    const status = Number(new URL(url).searchParams.get("status")) || 200;
    return new Response(null, { status });
  };
  return startStandaloneGateway({}, respond, runBy);
}

/**
 * Makes the gateway create as many series as clients can: every route with every status, and thousands
 * of unknown paths, methods and users.
 * @param word is part of each unknown path and method.
 */
export async function attackMetrics(gateway: StandaloneGateway, word: string): Promise<void> {
  const person = await signIn(crypto.randomUUID());
  const get = (path: string, init: RequestInit) => request(gateway.url + path, init);
  const as = (authorization: string) => ({ headers: { authorization } });
  const known = knownPaths(person).map(
    ([path, init]) =>
      () =>
        get(path, init),
  );
  await runAll([() => get("/metrics", {}), ...known], CONCURRENCY_OF_UPLOADS);
  const unknown = [
    ...Array.from({ length: PATHS }, (_, n) => () => get(oddPath(word, n), as(person))),
    ...Array.from({ length: PEOPLE }, () => async () => {
      await get("/service/api/profile", as(await signIn(crypto.randomUUID())));
    }),
    ...oddMethods(word).flatMap((method) =>
      ["/", "/service/api/chats", `/${word}`].map((path) => () => sendRaw(gateway, method, path)),
    ),
  ];
  await runAll(unknown, CONCURRENCY);
}

async function runAll(requests: (() => Promise<unknown>)[], concurrency: number): Promise<void> {
  const waiting = requests.values();
  const worker = async () => {
    for (const next of waiting) await next();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Returns the name and the labels of each series, sorted. */
export async function seriesOf({ url }: StandaloneGateway): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return samples.map((line) => line.slice(0, line.lastIndexOf(" "))).toSorted();
}

/** Returns requests for every route of the server, with every method and status. */
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

/** Returns the methods that Bun knows, and invented ones. */
function oddMethods(word: string): string[] {
  const letters = (n: number) => String.fromCharCode(65 + (n % 26), 65 + (n % 25), 65 + (n % 23));
  return [
    ...METHODS,
    ...Array.from({ length: MADE_UP_METHODS }, (_, n) => word.toUpperCase() + letters(n)),
  ];
}

function sendRaw({ port, authorization }: StandaloneGateway, method: string, path: string) {
  return ask(port, [`${method} ${path} HTTP/1.1`, "Host: x", authorization]);
}

async function request(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  await response.body?.cancel();
}
