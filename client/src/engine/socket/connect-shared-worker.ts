import type { TabLock } from "./shared-worker.ts";

/** Reaches the worker that holds the connection of this person's tabs; the first one starts it. */
export async function connectSharedWorker(
  user: string,
  lock: Promise<string | null>,
  onFailed: () => void,
): Promise<MessagePort> {
  // By person: after another one signed in, the tabs of the first must not speak for them.
  const name = `parley ${user}`;
  const worker = new SharedWorker(new URL("./shared-worker.ts", import.meta.url), {
    type: "module",
    name,
  });
  worker.onerror = onFailed;
  // Held before the worker asks for it, or it would take this tab for gone.
  const held = await lock;
  if (held !== null) worker.port.postMessage({ kind: "lock", name: held } satisfies TabLock);
  return worker.port;
}
