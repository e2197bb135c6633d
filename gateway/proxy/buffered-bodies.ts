import { LIMITS } from "@parley/contracts/limits";
import { addressBlock } from "@parley/platform/http/ip-address";
import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import type { LimitKind } from "../sockets/connection-counts.ts";

/** A body that the gateway holds in memory, from its first byte until its request is answered. */
export interface BufferedBody {
  /**
   * Counts bytes of the body, before they are buffered.
   * @throws Refusal `rate_limited` or `overloaded` where a limit is reached.
   */
  add(bytes: number): void;
  /** The body is complete: it still has its bytes, and is no unfinished body any more. */
  complete(): void;
  /** The request is answered, or refused. */
  release(): void;
}

/** Begins a body. @throws Refusal `rate_limited` or `overloaded` where a limit is reached. */
export type BeginBuffering = (c: Context<GatewayEnv>) => BufferedBody;

interface Amount {
  readonly unfinished: number;
  readonly bytes: number;
}

/** Whose bodies are counted together, and how many of them there may be. */
interface Scope {
  readonly kind: LimitKind | "total";
  readonly key: string;
  readonly limit: Amount;
}

export type BufferLimits = Readonly<Record<"perUser" | "perAddress" | "total", Amount>>;

const RETRY_AFTER_S = 1;
const NOTHING: Amount = { unfinished: 0, bytes: 0 };

/**
 * Limits the bodies that are held in memory, because the runtime reads a body as fast as its sender
 * writes, and a sender may keep it unfinished.
 * @param onBlocked is called for each body that exceeds a limit of its user or address.
 */
export function createBufferedBodies(
  onBlocked: (kind: LimitKind) => void,
  limits: BufferLimits = LIMITS.bufferedBodies,
): BeginBuffering {
  const held = new Map<string, Amount>();

  /** @throws Refusal, and then changes nothing. */
  function add(scopes: readonly Scope[], change: Amount): void {
    for (const { kind, key, limit } of scopes)
      if (exceeds(sum(held.get(key) ?? NOTHING, change), limit)) throw refusal(kind);
    apply(scopes, change);
  }

  /** Removes a key that holds nothing, so that the map is never larger than what is held. */
  function apply(scopes: readonly Scope[], change: Amount): void {
    for (const { key } of scopes) {
      const amount = sum(held.get(key) ?? NOTHING, change);
      if (amount.unfinished === 0 && amount.bytes === 0) held.delete(key);
      else held.set(key, amount);
    }
  }

  function refusal(kind: Scope["kind"]): Refusal {
    const extra = { retryAfter: RETRY_AFTER_S, closes: true };
    if (kind === "total")
      return new Refusal("overloaded", "Too many bodies are unfinished.", extra);
    onBlocked(kind);
    const owner = kind === "user" ? "this account" : "this address";
    return new Refusal("rate_limited", `Too many bodies of ${owner} are unfinished.`, extra);
  }

  return function beginBuffering(c) {
    const scopes = scopesOf(c, limits);
    let own: Amount = NOTHING;
    const change = (by: Amount) => {
      add(scopes, by);
      own = sum(own, by);
    };
    const giveBack = (amount: Amount) => {
      own = sum(own, negative(amount));
      apply(scopes, negative(amount));
    };
    change({ unfinished: 1, bytes: 0 });
    return {
      add: (bytes) => change({ unfinished: 0, bytes }),
      complete: () => giveBack({ unfinished: own.unfinished, bytes: 0 }),
      release: () => giveBack(own),
    };
  };
}

/** Callers without a token count as one user for each address, so that they leave room for the signed-in users of the address. */
function scopesOf(c: Context<GatewayEnv>, limits: BufferLimits): readonly Scope[] {
  const block = addressBlock(c.get("address"));
  const user = c.get("identity")?.claims.sub;
  return [
    {
      kind: user === undefined ? "ip" : "user",
      key: `user ${user ?? block}`,
      limit: limits.perUser,
    },
    { kind: "ip", key: `ip ${block}`, limit: limits.perAddress },
    { kind: "total", key: "total", limit: limits.total },
  ];
}

function sum(a: Amount, b: Amount): Amount {
  return { unfinished: a.unfinished + b.unfinished, bytes: a.bytes + b.bytes };
}

function negative({ unfinished, bytes }: Amount): Amount {
  return { unfinished: -unfinished, bytes: -bytes };
}

function exceeds(amount: Amount, limit: Amount): boolean {
  return amount.unfinished > limit.unfinished || amount.bytes > limit.bytes;
}
