import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { type StackKind, startStack } from "../stack/stack.ts";
import { expectCalm } from "./expect-calm.ts";
import {
  addressOf,
  deviceCookieOf,
  floodSignIns,
  type SignInAttempt,
  signIn,
} from "./sign-in-attack.ts";
import { underAttack } from "./under-attack.ts";

const ATTACK_MS = 6_000;
const PASSWORD = "otter-lamp-quiet-river";
const HOME = "203.0.113.1";
const NEW_PHONE = "203.0.113.2";
const MALLORY = "198.51.100.1";
const ANN = { path: "/login", username: "ann", password: PASSWORD } as const;
/** The longest wait of a browser that is not known, and the time of the request itself. */
const MAX_SLOWDOWN_MS = 32_000;

/** This process plays a proxy that reports the addresses of its clients. */
const SETTINGS = { LOG_LEVEL: "error", TRUSTED_PROXIES: "127.0.0.0/8,::1/128" };
const start = (kind: StackKind) => startStack(kind, SETTINGS, { limits: "default" });

/** Registers Ann. @returns the cookie by which her browser is known. */
async function registerAnn(url: string): Promise<string> {
  const registered = await signIn(url, { ...ANN, path: "/register", address: HOME });
  expect(registered.status).toBe(201);
  return deviceCookieOf(registered);
}

/** Signs Ann in each second at an address with a browser that is known, until the attack is over. @returns the statuses. */
async function signInEachSecond(
  url: string,
  { cookie, address }: Pick<SignInAttempt, "cookie" | "address">,
  isOver: () => boolean,
) {
  const statuses: number[] = [];
  while (!isOver()) {
    statuses.push((await signIn(url, { ...ANN, address, cookie })).status);
    await Bun.sleep(1_000);
  }
  return statuses;
}

/** Signs Ann in with a browser that is not known, and waits as it is told. @returns the milliseconds that this took. */
async function signInOnNewPhone(url: string): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const response = await signIn(url, { ...ANN, address: NEW_PHONE });
    if (response.status === 200) return performance.now() - begun;
    expect([429, 503]).toContain(response.status);
    await Bun.sleep(Number(response.headers.get("retry-after")) * 1_000);
  }
}

onEachStack("a flood of sign-ins", (kind) => {
  test("Guesses from one address delay no neighbour and no known browser at that address, and few are tried", async () => {
    await using stack = await start(kind);
    const cookie = await registerAnn(stack.url);
    let flood: Record<string, number> = {};
    let known: number[] = [];
    const outcome = await underAttack(stack, async () => {
      const end = Date.now() + ATTACK_MS;
      const isOver = () => Date.now() > end;
      [flood, known] = await Promise.all([
        floodSignIns(
          stack.url,
          (n) => ({ path: "/login", username: n % 2 ? "ann" : `user${n}`, address: MALLORY }),
          isOver,
        ),
        signInEachSecond(stack.url, { cookie, address: MALLORY }, isOver),
      ]);
    });
    expectCalm(outcome);
    expect(new Set(known)).toEqual(new Set([200]));
    expect(new Set(Object.keys(flood))).toEqual(new Set(["401", "429"]));
    expect(flood["401"]).toBeLessThan(30);
  }, 240_000);

  test("Guesses and registrations from many addresses delay no neighbour, and keep nobody out", async () => {
    await using stack = await start(kind);
    const cookie = await registerAnn(stack.url);
    let known: number[] = [];
    let newPhoneMs = 0;
    const outcome = await underAttack(stack, async () => {
      let isOver = false;
      const flood = floodSignIns(
        stack.url,
        (n) => ({
          path: n % 2 ? "/login" : "/register",
          username: n % 2 ? "ann" : `mallory${n}`,
          address: addressOf(n),
        }),
        () => isOver,
      );
      const atHome = signInEachSecond(stack.url, { cookie, address: HOME }, () => isOver);
      await Bun.sleep(ATTACK_MS);
      newPhoneMs = await signInOnNewPhone(stack.url);
      isOver = true;
      known = await atHome;
      expect(Object.keys(await flood)).toContain("429");
    });
    expectCalm(outcome);
    expect(new Set(known)).toEqual(new Set([200]));
    expect(newPhoneMs).toBeLessThan(MAX_SLOWDOWN_MS);
  }, 240_000);

  test("One address creates sixty accounts, and another still can", async () => {
    await using stack = await start(kind);
    const statuses: Record<string, number> = {};
    let refused: Response | undefined;
    for (let n = 0; n < 200 && !refused; n++) {
      const response = await signIn(stack.url, {
        path: "/register",
        username: `mallory${n}`,
        address: MALLORY,
      });
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      if (response.headers.get("ratelimit-policy") === '"registrations";q=60;w=3600')
        refused = response;
      else if (response.status === 429) await Bun.sleep(1_000);
    }
    expect(statuses["201"]).toBe(60);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(3_000);
    await registerAnn(stack.url);
  }, 240_000);
});
