import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { type GatewayAlone, startGatewayAlone } from "./gateway-alone.ts";

const CLIENTS = 1_000;
/** Milliseconds between two bytes of one client. */
const DRIP = 1_000;
/** Milliseconds after which nobody sends a head any longer. */
const PATIENCE = 45_000;

let gateway: GatewayAlone;

describe.each(RUNTIMES)("the gateway on %s:", (runtime) => {
  beforeAll(async () => {
    gateway = await startGatewayAlone({}, undefined, await prepare(runtime));
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test("A thousand clients that send headers byte by byte are cut off and disturb no other client", async () => {
    await using slow = await openSlow(() => "GET /service/api/chats HTTP/1.1\r\nHost: x\r\nX-A: ");
    const since = performance.now();
    while (slow.left() > 0) await askAsNeighbour();
    expect(performance.now() - since).toBeLessThan(PATIENCE);
  });

  test("A thousand clients that send bodies byte by byte disturb no other client", async () => {
    await using slow = await openSlow(
      () =>
        "POST /service/api/chats HTTP/1.1\r\nHost: x\r\n" +
        `${gateway.authorization}\r\nContent-Length: 1000000\r\n\r\n`,
    );
    for (let n = 0; n < 100; n++) await askAsNeighbour();
    expect(slow.left()).toBe(CLIENTS);
  });

  test("Of hundreds of slow uploads only a few reach the server, and a neighbour is answered", async () => {
    await using slow = await openSlow(
      () =>
        "PUT /service/api/profile/avatar HTTP/1.1\r\nHost: x\r\n" +
        `${gateway.authorization}\r\nContent-Type: image/png\r\nContent-Length: 4000000\r\n\r\n`,
    );
    const refused = () =>
      slow.answers().filter((answer) => /^HTTP\/1.1 429 .*^retry-after: 1\r$/ims.test(answer))
        .length;
    for (let n = 0; n < 10 || refused() < CLIENTS - 20; n++) await askAsNeighbour();
    expect(refused()).toBe(CLIENTS - 20);
  });
});

/** What another client asks meanwhile must be answered. */
async function askAsNeighbour(): Promise<void> {
  const answer = await fetch(`${gateway.url}/service/api/chats`, {
    headers: { authorization: gateway.authorization.replace("Authorization: ", "") },
  });
  expect(answer.status).toBe(200);
  await answer.text();
  await Bun.sleep(20);
}

interface Slow extends AsyncDisposable {
  /** How many are connected still. */
  left(): number;
  /** What each was answered so far. */
  answers(): string[];
}

/** Connects the thousand, each of which begins a request and then drips. */
async function openSlow(begin: () => string): Promise<Slow> {
  let left = CLIENTS;
  const answers = new Map<unknown, string>();
  const connections = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const socket = await Bun.connect({
        hostname: "127.0.0.1",
        port: gateway.port,
        socket: {
          data: (socket, data) =>
            void answers.set(socket, (answers.get(socket) ?? "") + data.toString("latin1")),
          error() {},
          close: () => void left--,
        },
      });
      socket.write(begin());
      return socket;
    }),
  );
  const drips = setInterval(() => {
    for (const socket of connections) socket.write("a");
  }, DRIP);
  return {
    left: () => left,
    answers: () => [...answers.values()],
    async [Symbol.asyncDispose]() {
      clearInterval(drips);
      for (const socket of connections) socket.terminate();
    },
  };
}
