import type { Context, Env, MiddlewareHandler } from "hono";

/** A synchronous step of a request; a response that it returns ends the request. */
export type Hook<E extends Env> = (c: Context<E>) => Response | undefined;

/** The context of any app that has a variable of this name. */
export interface ContextWith<Name extends string, Value> extends Pick<Context, "req" | "res"> {
  get(name: Name): Value;
  set(name: Name, value: Value): void;
}

/** Middleware whose hooks a benchmark can read. */
export interface HookedMiddleware<E extends Env> extends MiddlewareHandler<E> {
  readonly before: readonly Hook<E>[];
  readonly after: readonly Hook<E>[];
}

/**
 * Combines hooks that run before a request is handled, and hooks that run after it, into one middleware:
 * each middleware of its own would cost every request two more promises
 * (docs/decisions/gateway-speed.md). A hook of `before` must not throw, because the hooks of `after`
 * would not run for that request.
 */
export function withHooks<E extends Env>(
  before: readonly Hook<E>[],
  after: readonly Hook<E>[],
): HookedMiddleware<E> {
  const middleware: MiddlewareHandler<E> = async function withHooks(c, next) {
    for (const hook of before) hook(c);
    await next();
    for (const hook of after) hook(c);
  };
  return Object.assign(middleware, { before, after });
}

/** Combines hooks that may end a request, by a response or an error, into one middleware. */
export function guard<E extends Env>(...hooks: readonly Hook<E>[]): MiddlewareHandler<E> {
  return async function guard(c, next) {
    for (const hook of hooks) {
      const response = hook(c);
      if (response) return response;
    }
    return next() as Promise<undefined>;
  };
}
