import { Refusal } from "@parley/platform/http/problem";
import type { PartWatch } from "@parley/platform/process/part-watch";
import {
  MalformedRequestError,
  type ObjectStore,
  RangeNotSatisfiableError,
} from "./object-store.ts";

/** How long a client is asked to wait for the object store. */
const RETRY_AFTER_S = 5;

/**
 * Makes an object store fail with the refusal `unavailable` when it does not respond, has no space or
 * denies access. While its watch says that it is away, calls are refused at once, because each would
 * wait for the deadline.
 */
export function refuseWhileAway(
  store: ObjectStore,
  watch: Pick<PartWatch, "failed" | "isAway">,
): ObjectStore {
  function asRefusal(error: unknown): unknown {
    if (error instanceof MalformedRequestError || error instanceof RangeNotSatisfiableError)
      return error;
    watch.failed(error);
    return unavailable();
  }

  function requireThere(): void {
    if (watch.isAway()) throw unavailable();
  }

  async function refuse<T>(call: () => Promise<T>): Promise<T> {
    try {
      requireThere();
      return await call();
    } catch (error) {
      throw asRefusal(error);
    }
  }

  async function* list(prefix: string) {
    try {
      requireThere();
      yield* store.list(prefix);
    } catch (error) {
      throw asRefusal(error);
    }
  }

  return {
    put: (...args) => refuse(() => store.put(...args)),
    get: (...args) => refuse(() => store.get(...args)),
    head: (...args) => refuse(() => store.head(...args)),
    remove: (...args) => refuse(() => store.remove(...args)),
    list,
    check: store.check,
  };
}

function unavailable(): Refusal {
  return new Refusal("unavailable", "The object store does not respond.", {
    retryAfter: RETRY_AFTER_S,
  });
}
