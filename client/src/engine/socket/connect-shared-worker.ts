import type { UserId } from "@parley/contracts/ids";
import type { LockMessage } from "./shared-worker.ts";

/**
 * Connects to the worker that holds the connection of this user's tabs. The first tab starts it.
 * @param lock the name of the tab's lock, once it is held; null in a browser without locks.
 */
export async function connectSharedWorker(
  user: UserId,
  lock: Promise<string | null>,
  onFailed: () => void,
): Promise<MessagePort> {
  // One worker a user: after a sign-in by another user, the old tabs must not use that connection.
  const name = `parley ${user}`;
  const worker = new SharedWorker(new URL("./shared-worker.ts", import.meta.url), {
    type: "module",
    name,
  });
  worker.onerror = onFailed;
  // A worker that requests the lock before this tab holds it takes the tab for closed.
  const held = await lock;
  if (held !== null) worker.port.postMessage({ kind: "lock", name: held } satisfies LockMessage);
  return worker.port;
}
