import type { SequenceFunnel } from "../bus/sequence-funnel.ts";
import { createPublish, type PublishDeps } from "./publish.ts";
import { createReplay, type Replay } from "./replay.ts";
import { createWriter, type Writer, type WriterDeps } from "./writer.ts";

export interface EventLogDeps<Submission, Result>
  extends Omit<WriterDeps<Submission, Result>, "publish">,
    Pick<PublishDeps, "head" | "listeners" | "cluster"> {}

export interface EventLog<Submission, Result> extends Writer<Submission, Result> {
  readonly replay: Replay;
  /** Publishes events of another server when it is their turn. */
  readonly offer: SequenceFunnel["offer"];
}

/** Creates the log of chats' events: what is written to it is published to the listeners, and can be replayed. */
export function createEventLog<Submission, Result>(
  deps: EventLogDeps<Submission, Result>,
  options?: { deadlineMs?: number },
): EventLog<Submission, Result> {
  const replay = createReplay(deps);
  const publish = createPublish({ ...deps, replay });
  return { replay, offer: publish.offer, ...createWriter({ ...deps, publish }, options) };
}
