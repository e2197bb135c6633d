import { describe, expect, test } from "bun:test";
import type { Bus, OpenBus } from "../bus.ts";

/** A bus that keeps the texts that it received. */
interface TestEnd extends AsyncDisposable {
  readonly bus: Bus;
  readonly received: string[];
}

/**
 * Describes what every driver of the bus does.
 * @param createDriver opens a bus without servers.
 */
export function describeBus(name: string, createDriver: () => OpenBus): void {
  function connect(open: OpenBus): TestEnd {
    const received: string[] = [];
    const bus = open({
      onMessage: (topic, text) => void received.push(`${topic} ${text}`),
      up: () => {},
    });
    return { bus, received, [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
  }

  async function connectTwo() {
    const open = createDriver();
    return [connect(open), connect(open)] as const;
  }

  /** Resolves when everything that was published before has arrived. */
  async function settle(from: TestEnd, to: TestEnd): Promise<void> {
    const topic = `settle:${crypto.randomUUID()}`;
    await to.bus.subscribe([topic]);
    from.bus.publish(topic, "");
    while (!to.received.includes(`${topic} `)) await Bun.sleep(1);
    to.received.splice(to.received.indexOf(`${topic} `), 1);
  }

  describe(`the ${name} bus`, () => {
    test("A subscribed server receives the frames that another server publishes, in order", async () => {
      const [one, two] = await connectTwo();
      await using _ = one;
      await using __ = two;
      await two.bus.subscribe(["a", "b"]);
      for (const [topic, text] of [
        ["a", "1"],
        ["b", "2"],
        ["a", "3 with spaces\nand lines 🙂"],
      ] as const)
        one.bus.publish(topic, text);
      await settle(one, two);
      expect(two.received).toEqual(["a 1", "b 2", "a 3 with spaces\nand lines 🙂"]);
    });

    test("A server receives no frames of topics that it is not subscribed to", async () => {
      const [one, two] = await connectTwo();
      await using _ = one;
      await using __ = two;
      await two.bus.subscribe(["a", "b"]);
      two.bus.unsubscribe(["b"]);
      one.bus.publish("b", "left");
      one.bus.publish("c", "never");
      one.bus.publish("a", "received");
      await settle(one, two);
      expect(two.received).toEqual(["a received"]);
    });

    test("A published frame is not delivered within the call that publishes the frame", async () => {
      const [one, two] = await connectTwo();
      await using _ = one;
      await using __ = two;
      await two.bus.subscribe(["a"]);
      one.bus.publish("a", "1");
      expect(two.received).toEqual([]);
      await settle(one, two);
      expect(two.received).toEqual(["a 1"]);
    });

    test("A bus with two servers is shared and up, and a closed end receives nothing", async () => {
      const [one, two] = await connectTwo();
      await using _ = one;
      expect([one.bus.isShared, one.bus.isUp(), two.bus.isUp()]).toEqual([true, true, true]);
      await two.bus.subscribe(["a"]);
      await two.bus[Symbol.asyncDispose]();
      one.bus.publish("a", "1");
      await Bun.sleep(10);
      expect([two.received, two.bus.isUp()]).toEqual([[], false]);
    });
  });
}
