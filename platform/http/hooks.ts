import type { Context, Env, MiddlewareHandler } from "hono";

/** Something that is done with a request and waits for nothing; where it answers, that ends the request. */
export type Hook<E extends Env> = (c: Context<E>) => Response | undefined;

/** The context of any app that keeps a variable of this name. */
export interface ContextWith<Name extends string, Value> extends Pick<Context, "req" | "res"> {
  get(name: Name): Value;
  set(name: Name, value: Value): void;
}

/** What it is made of stands open to benchmarks. */
export interface HookedMiddleware<E extends Env> extends MiddlewareHandler<E> {
  readonly before: readonly Hook<E>[];
  readonly after: readonly Hook<E>[];
}

/**
 * Steps that are taken as soon as a request is there, and others once its answer is, as one
 * middleware: as middleware of their own each would cost every request two promises more
 * (docs/decisions/gateway-speed.md). Those before may not throw: nothing would look after such a request.
 */
export function withHooks<E extends Env>(
  before: readonly Hook<E>[],
  after: readonly Hook<E>[],
): HookedMiddleware<E> {
  const middleware: MiddlewareHandler<E> = async function around(c, next) {
    for (const step of before) step(c);
    await next();
    for (const step of after) step(c);
  };
  return Object.assign(middleware, { before, after });
}

/** Steps that decide whether a request goes on: by an answer, or by what they throw. */
export function guard<E extends Env>(...steps: readonly Hook<E>[]): MiddlewareHandler<E> {
  return async function admit(c, next) {
    for (const step of steps) {
      const answer = step(c);
      if (answer) return answer;
    }
    return next() as Promise<undefined>;
  };
}
