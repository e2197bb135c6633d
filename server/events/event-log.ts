import type { SequenceFunnel } from "../bus/sequence-funnel.ts";
import type { EventWriter } from "./event-transaction.ts";
import type { EventKinds } from "./kinds.ts";
import { createPublish, type PublishDeps } from "./publish.ts";
import { createReplay, type Replay } from "./replay.ts";
import { createTransact } from "./transact.ts";
import { createWriter, type Writer, type WriterDeps } from "./writer.ts";

export interface EventLogDeps<Submission, Result>
  extends Pick<WriterDeps<Submission, Result>, "db" | "storeBatch" | "keyOf" | "log">,
    Pick<PublishDeps, "committedListeners" | "cluster"> {
  kinds: EventKinds;
  hub: Pick<PublishDeps, "head"> & { publishEvents: PublishDeps["publish"] };
  metrics: { messageTime: { observe(labels: { stage: string }, seconds: number): void } };
}

export interface EventLog<Submission, Result>
  extends EventWriter,
    Pick<Writer<Submission, Result>, "submit" | "drain"> {
  readonly replay: Replay;
  /** Publishes, after everything that was queued before, the stored events up to a `seq` of each chat. */
  catchUp(stored: ReadonlyMap<string, number>): Promise<void>;
  /** Publishes events of another server when it is their turn. */
  readonly offer: SequenceFunnel["offer"];
}

/** Creates the log of chats' events: events written to it are published, and can be replayed. */
export function createEventLog<Submission, Result>(
  deps: EventLogDeps<Submission, Result>,
  options?: { deadlineMs?: number },
): EventLog<Submission, Result> {
  const replay = createReplay(deps);
  const publish = createPublish({
    ...deps,
    replay,
    head: deps.hub.head,
    publish: deps.hub.publishEvents,
  });
  const observe: WriterDeps<Submission, Result>["observe"] = (stage, seconds) =>
    deps.metrics.messageTime.observe({ stage }, seconds);
  const { submit, runAlone, drain } = createWriter({ ...deps, publish, observe }, options);
  return {
    replay,
    submit,
    transact: createTransact({ ...deps, runAlone, publish: publish.publishInOrder }),
    catchUp: (stored) => runAlone(() => publish.catchUpAll(stored)),
    offer: publish.offer,
    drain,
  };
}
