import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { type StandaloneGateway, startStandaloneGateway } from "./standalone-gateway.ts";

const CLIENTS = 1_000;
/** Clients that connect at once. */
const GROUP = 50;
/** Time between two bytes of one client. */
const BYTE_INTERVAL_MS = 1_000;
/** Time after which all clients with unfinished headers are disconnected. */
const HEADERS_TIMEOUT_MS = 45_000;

let gateway: StandaloneGateway;

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  beforeAll(async () => {
    gateway = await startStandaloneGateway({}, undefined, await prepare(runtime));
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test("A thousand clients that send headers byte by byte are cut off and disturb no other client", async () => {
    await using slow = await openSlow(() => "GET /service/api/chats HTTP/1.1\r\nHost: x\r\nX-A: ");
    const since = performance.now();
    while (slow.left() > 0) await requestAsNeighbour();
    expect(performance.now() - since).toBeLessThan(HEADERS_TIMEOUT_MS);
  });

  test("Of a thousand clients that send bodies byte by byte some are received for a while, and no other client is disturbed", async () => {
    const { unfinished } = LIMITS.bufferedBodies.perUser;
    await using slow = await openSlow(
      () =>
        "POST /service/api/chats HTTP/1.1\r\nHost: x\r\n" +
        `${gateway.authorization}\r\nContent-Length: 10000\r\n\r\n`,
    );
    const answered = (status: number) =>
      slow.responses().filter((response) => response.startsWith(`HTTP/1.1 ${status} `)).length;
    while (answered(429) + answered(408) < CLIENTS) await requestAsNeighbour();
    // On a slow machine the first are timed out, and make room, before the last begin.
    expect(answered(408)).toBeGreaterThanOrEqual(unfinished);
    expect(answered(429)).toBeGreaterThan(CLIENTS / 2);
  });

  test("Of hundreds of slow uploads only a few reach the server, and a neighbour gets responses", async () => {
    await using slow = await openSlow(
      () =>
        "PUT /service/api/profile/avatar HTTP/1.1\r\nHost: x\r\n" +
        `${gateway.authorization}\r\nContent-Type: image/png\r\nContent-Length: 4000000\r\n\r\n`,
    );
    const refused = () =>
      slow.responses().filter((response) => /^HTTP\/1.1 429 .*^retry-after: 1\r$/ims.test(response))
        .length;
    for (let n = 0; n < 10 || refused() < CLIENTS - 20; n++) await requestAsNeighbour();
    expect(refused()).toBe(CLIENTS - 20);
  });
});

/** Sends the request of another client, which must succeed. */
async function requestAsNeighbour(): Promise<void> {
  const response = await fetch(`${gateway.url}/service/api/chats`, {
    headers: { authorization: gateway.authorization.replace("Authorization: ", "") },
  });
  expect(response.status).toBe(200);
  await response.text();
  await Bun.sleep(20);
}

interface Slow extends AsyncDisposable {
  /** The number of clients that are still connected. */
  left(): number;
  /** The responses received so far. */
  responses(): string[];
}

/** Connects all clients, each of which begins a request and then sends one byte per interval. */
async function openSlow(begin: () => string): Promise<Slow> {
  let left = CLIENTS;
  const responses = new Map<unknown, string>();
  const connections: Bun.Socket[] = [];
  const open = async () => {
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port: gateway.port,
      socket: {
        data: (socket, data) =>
          void responses.set(socket, (responses.get(socket) ?? "") + data.toString("latin1")),
        error() {},
        close: () => void left--,
      },
    });
    socket.write(begin());
    return socket;
  };
  // In groups, because the stub of the server runs in this process too.
  while (connections.length < CLIENTS)
    connections.push(...(await Promise.all(Array.from({ length: GROUP }, open))));
  const timer = setInterval(() => {
    for (const socket of connections) socket.write("a");
  }, BYTE_INTERVAL_MS);
  return {
    left: () => left,
    responses: () => [...responses.values()],
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      for (const socket of connections) socket.terminate();
    },
  };
}
