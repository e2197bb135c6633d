import type { ChatId } from "@parley/contracts/ids";

/** How long events that came before their predecessors wait for these, before the gap is read from the database. */
export const PENDING_WAIT_MS = 40;

interface Numbered {
  readonly seq: number;
}

export interface SequenceFunnelDeps<E extends Numbered> {
  /** The newest `seq` of a chat that was published here; undefined where nothing is known, so that every event is next. */
  head(chat: ChatId): number | undefined;
  /** Reads stored events of a chat after a `seq`, ascending and without a gap; not necessarily all. */
  readAfter(chat: ChatId, seq: number): Promise<readonly E[]>;
  /** Publishes events and moves the head to the last of them. */
  publish(chat: ChatId, events: readonly E[]): void;
  /** Whether missing events may still arrive by themselves: false where no other server can be connected. */
  mayArriveLater(): boolean;
  fail(error: unknown): void;
}

/** Events that wait for their predecessors. */
interface PendingEvents {
  readonly first: number;
  readonly last: number;
  readonly publish: () => void;
}

export type SequenceFunnel = ReturnType<typeof createSequenceFunnel>;

/**
 * Publishes each event of a chat once and in order, whether it was committed here or comes from
 * another server, and whichever comes first.
 *
 * When events are missing, the funnel waits for them, because they are usually on their way. If they
 * do not arrive within `PENDING_WAIT_MS`, it reads them from the database. The caller waits only if
 * no events can arrive from elsewhere.
 */
export function createSequenceFunnel<E extends Numbered>(deps: SequenceFunnelDeps<E>) {
  const pending = new Map<string, PendingEvents[]>();

  function keep(chat: ChatId, events: PendingEvents): void {
    const waiting = pending.get(chat);
    if (waiting) waiting.push(events);
    else {
      pending.set(chat, [events]);
      setTimeout(() => void readGap(chat).catch(deps.fail), PENDING_WAIT_MS).unref();
    }
  }

  /** Events that are still pending are read from the database, together with those that they waited for. */
  async function readGap(chat: ChatId): Promise<void> {
    const waiting = pending.get(chat) ?? [];
    pending.delete(chat);
    if (deps.head(chat) === undefined) for (const { publish } of waiting) publish();
    else await catchUp(chat, Math.max(0, ...waiting.map(({ last }) => last)));
  }

  function drain(chat: ChatId): void {
    const waiting = pending.get(chat);
    if (!waiting) return;
    for (let next = takeNext(chat, waiting); next; next = takeNext(chat, waiting)) next.publish();
  }

  function takeNext(chat: ChatId, waiting: PendingEvents[]): PendingEvents | undefined {
    const head = deps.head(chat);
    const index = waiting.findIndex(({ first }) => head !== undefined && first === head + 1);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  /** Publishes what is stored of a chat up to a `seq` and was not published here. */
  async function catchUp(chat: ChatId, upTo: number): Promise<void> {
    for (let head = deps.head(chat); head !== undefined && head < upTo; ) {
      const read = await deps.readAfter(chat, head);
      // Some may have been published while they were read.
      const published = deps.head(chat);
      const missed = published === undefined ? [] : read.filter(({ seq }) => seq > published);
      if (missed.length > 0) deps.publish(chat, missed);
      drain(chat);
      // Where the head does not move, the same events would be read forever.
      if (deps.head(chat) === head) return;
      head = deps.head(chat);
    }
  }

  return {
    /**
     * Publishes events `first` to `last` of a chat when it is their turn, and drops those that were published.
     * @param publish publishes the events and moves the head to `last`.
     * @returns a promise of the gap's end where the gap is read at once.
     */
    offer(
      chat: ChatId,
      first: number,
      last: number,
      publish: () => void,
    ): Promise<void> | undefined {
      const head = deps.head(chat);
      if (head !== undefined && last <= head) return undefined;
      if (head === undefined || first === head + 1) {
        publish();
        if (pending.size > 0) drain(chat);
      } else if (deps.mayArriveLater()) keep(chat, { first, last, publish });
      else return catchUp(chat, last);
      return undefined;
    },

    catchUp,
  };
}
