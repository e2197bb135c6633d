import { expect, test } from "bun:test";
import type { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import type { LimitKind } from "../sockets/connection-counts.ts";
import { createBufferedBodies } from "./buffered-bodies.ts";

const LIMITS = {
  perUser: { unfinished: 2, bytes: 100 },
  perAddress: { unfinished: 3, bytes: 150 },
  total: { unfinished: 4, bytes: 200 },
};

/** The context of a caller, as far as bodies are counted by it. */
function caller(address: string, user?: string): Context<GatewayEnv> {
  const variables = { address, identity: user === undefined ? null : { claims: { sub: user } } };
  return { get: (name: keyof typeof variables) => variables[name] } as Context<GatewayEnv>;
}

function refusalOf(act: () => unknown): Pick<Refusal, "code" | "extra"> | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error as Refusal;
  }
}

function bodies() {
  const blocked: LimitKind[] = [];
  return { blocked, begin: createBufferedBodies((kind) => blocked.push(kind), LIMITS) };
}

test("A user, an address and all together may have so many unfinished bodies, and a complete body makes room", () => {
  const { begin, blocked } = bodies();
  const first = begin(caller("192.0.2.1", "ann"));
  begin(caller("192.0.2.1", "ann"));
  const retry = { extra: { retryAfter: 1 } };
  expect(refusalOf(() => begin(caller("192.0.2.9", "ann")))).toMatchObject({
    code: "rate_limited",
    ...retry,
  });
  begin(caller("192.0.2.1", "bob"));
  expect(refusalOf(() => begin(caller("192.0.2.1", "cat")))?.code).toBe("rate_limited");
  begin(caller("192.0.2.2", "cat"));
  expect(refusalOf(() => begin(caller("192.0.2.3")))).toMatchObject({
    code: "overloaded",
    ...retry,
  });
  expect(blocked).toEqual(["user", "ip"]);
  first.complete();
  begin(caller("192.0.2.3"));
});

test("The bytes of a body count until its request is answered", () => {
  const { begin } = bodies();
  const body = begin(caller("192.0.2.1", "ann"));
  body.add(60);
  body.complete();
  const next = begin(caller("192.0.2.1", "ann"));
  next.add(40);
  expect(refusalOf(() => next.add(1))?.code).toBe("rate_limited");
  body.release();
  next.add(60);
  const other = begin(caller("192.0.2.1", "bob"));
  expect(refusalOf(() => other.add(51))?.code).toBe("rate_limited");
  const elsewhere = begin(caller("192.0.2.2", "bob"));
  elsewhere.add(100);
  expect(refusalOf(() => other.add(1))?.code).toBe("rate_limited");
  expect(refusalOf(() => begin(caller("192.0.2.3")).add(1))?.code).toBe("overloaded");
});

test("Callers without a token leave room for the signed-in users of their address", () => {
  const { begin, blocked } = bodies();
  begin(caller("192.0.2.1"));
  begin(caller("192.0.2.1"));
  expect(refusalOf(() => begin(caller("192.0.2.1")))?.code).toBe("rate_limited");
  expect(blocked).toEqual(["ip"]);
  begin(caller("192.0.2.1", "ann"));
});

test("A body that is released twice gives back no more than it took", () => {
  const { begin } = bodies();
  const body = begin(caller("192.0.2.1"));
  begin(caller("192.0.2.1"));
  body.release();
  body.release();
  begin(caller("192.0.2.1"));
  expect(refusalOf(() => begin(caller("192.0.2.1")))?.code).toBe("rate_limited");
});
