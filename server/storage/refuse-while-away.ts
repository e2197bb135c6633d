import { Refusal } from "@parley/platform/http/problem";
import type { Log } from "@parley/platform/process/log";
import {
  MalformedRequestError,
  type ObjectStore,
  RangeNotSatisfiableError,
} from "./object-store.ts";

/** How long a client is asked to wait for the object store. */
const RETRY_AFTER_S = 5;

/**
 * Makes an object store fail with the refusal `unavailable` when it cannot be reached, has no space or
 * denies access. The first of such failures in a row is logged, and the end of the row.
 */
export function refuseWhileAway(store: ObjectStore, log: Pick<Log, "warn" | "info">): ObjectStore {
  let isAway = false;

  function onSuccess(): void {
    if (isAway) log.info("the object store works again");
    isAway = false;
  }

  function asRefusal(error: unknown): unknown {
    if (error instanceof MalformedRequestError || error instanceof RangeNotSatisfiableError)
      return error;
    if (!isAway) log.warn({ err: error }, "the object store failed");
    isAway = true;
    return new Refusal("unavailable", "The object store does not respond.", {
      retryAfter: RETRY_AFTER_S,
    });
  }

  async function refuse<T>(request: Promise<T>): Promise<T> {
    try {
      const result = await request;
      onSuccess();
      return result;
    } catch (error) {
      throw asRefusal(error);
    }
  }

  async function* list(prefix: string) {
    try {
      yield* store.list(prefix);
    } catch (error) {
      throw asRefusal(error);
    }
  }

  return {
    put: (...args) => refuse(store.put(...args)),
    get: (...args) => refuse(store.get(...args)),
    head: (...args) => refuse(store.head(...args)),
    remove: (...args) => refuse(store.remove(...args)),
    list,
    // The check of readiness logs and answers by itself.
    check: store.check,
  };
}
