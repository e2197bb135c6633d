import { join } from "node:path";
import type { Orders } from "./orders.ts";

/** A process of its own that sends or reads, so that load and measured processes do not share an event loop. */
export interface LoadProcess extends AsyncDisposable {
  readonly pid: number;
  /** Gives an order and waits for its answer; one order at a time. */
  ask<Answer>(orders: Orders): Promise<Answer>;
}

export function startLoadProcess(file: string): LoadProcess {
  let answer = Promise.withResolvers<unknown>();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, file)], {
    stdout: "inherit",
    stderr: "inherit",
    ipc: (message) => answer.resolve(message),
  });
  return {
    pid: child.pid,
    async ask<Answer>(orders: Orders) {
      answer = Promise.withResolvers();
      child.send(orders);
      return (await answer.promise) as Answer;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}
