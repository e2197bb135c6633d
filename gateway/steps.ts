import type { Context, MiddlewareHandler } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

/** Something that is done with a request and waits for nothing; where it answers, it ends the request. */
export type Step = (c: Context<GatewayEnv>) => Response | undefined;

/**
 * Steps that are taken before whatever comes next, as one middleware: as middleware of their own each
 * would cost every request two promises more (`bun run bench middleware`).
 */
export function first(...steps: readonly Step[]): MiddlewareHandler<GatewayEnv> {
  return named(steps, async (c, next) => {
    for (const step of steps) {
      const answer = step(c);
      if (answer) return answer;
    }
    return next() as Promise<undefined>;
  });
}

/** Steps that are taken once there is an answer, in their order, as one middleware. */
export function afterwards(...steps: readonly Step[]): MiddlewareHandler<GatewayEnv> {
  return named(steps, async (c, next) => {
    await next();
    for (const step of steps) step(c);
  });
}

/** Benchmarks and stack traces tell middleware apart by its name. */
function named(steps: readonly Step[], middleware: MiddlewareHandler<GatewayEnv>) {
  const value = steps.map(({ name }) => name).join(", ");
  return Object.defineProperty(middleware, "name", { value });
}
