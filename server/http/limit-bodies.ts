import { LIMITS } from "@parley/contracts/limits";
import type { BodyClass } from "@parley/contracts/routes";
import { throwIfEncoded } from "@parley/platform/http/content-encoding";
import { Refusal } from "@parley/platform/http/problem";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { matchedRoute } from "./matched-route.ts";

const LIMITERS: Readonly<Record<Exclude<BodyClass, "none">, MiddlewareHandler>> = {
  credentials: bodyLimiter(LIMITS.maxCredentialsBytes),
  json: bodyLimiter(LIMITS.maxJsonBytes),
  avatar: bodyLimiter(LIMITS.maxAvatarBytes),
  file: bodyLimiter(LIMITS.maxFileBytes),
};

/** Refuses a body with a content coding, and one that is larger than its route allows, whether its length was sent or not. */
export const limitBodies: MiddlewareHandler = function limitBodies(c, next) {
  throwIfEncoded(c.req.raw.headers);
  const body = matchedRoute(c)?.body ?? "none";
  return body === "none" ? next() : LIMITERS[body](c, next);
};

/** @throws Refusal `too_large` for a body of more than `maxSize` bytes. */
export function bodyLimiter(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError() {
      throw new Refusal("too_large", `The body is over ${maxSize} bytes.`);
    },
  });
}
