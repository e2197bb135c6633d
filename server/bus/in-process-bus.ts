import type { Bus, BusListener, OpenBus } from "./bus.ts";

interface End {
  readonly listener: BusListener;
  readonly topics: Set<string>;
}

/** Creates a bus for servers of one process; in production there is one, and in tests there are several. */
export function createInProcessBus(): OpenBus {
  const ends = new Set<End>();

  function deliver(end: End, topic: string, text: string): void {
    queueMicrotask(() => {
      if (ends.has(end) && end.topics.has(topic)) end.listener.onMessage(topic, text);
    });
  }

  return function open(listener: BusListener): Bus {
    const own: End = { listener, topics: new Set() };
    ends.add(own);
    return {
      get isShared() {
        return ends.size > 1;
      },
      publish(topic, text) {
        for (const end of ends) if (end !== own && end.topics.has(topic)) deliver(end, topic, text);
      },
      async subscribe(topics) {
        for (const topic of topics) own.topics.add(topic);
      },
      unsubscribe(topics) {
        for (const topic of topics) own.topics.delete(topic);
      },
      isUp: () => ends.has(own),
      async [Symbol.asyncDispose]() {
        ends.delete(own);
      },
    };
  };
}
