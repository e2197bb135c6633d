import { beforeAll, describe, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { BODY_SHAPES, sendUnfinishedBodies } from "../abuse/body-attack.ts";
import { prepare, RUNTIMES, type RunBy } from "../runtimes/runtimes.ts";
import { resident } from "../stack/resident.ts";
import { openRawResponse } from "./raw-http.ts";
import { startStandaloneGateway } from "./standalone-gateway.ts";

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
const PIECE = new Uint8Array(256 * 1024);
/** Growth of the gateway that buffers and garbage collection explain. */
const MAX_GROWTH_BYTES = 96 * MiB;

function endless(bytes: number): ReadableStream<Uint8Array> {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      left -= PIECE.byteLength;
      controller.enqueue(PIECE);
      if (left <= 0) controller.close();
    },
  });
}

/** Measures the largest growth of a process in bytes during an action. */
async function growth(program: { pid: number }, act: () => Promise<void>): Promise<number> {
  const before = await resident(program);
  let most = before;
  const timer = setInterval(async () => {
    most = Math.max(most, await resident(program));
  }, 20);
  await act();
  clearInterval(timer);
  return Math.max(most, await resident(program)) - before;
}

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  let runBy: RunBy;
  beforeAll(async () => {
    runBy = await prepare(runtime);
  });

  test("An upload of a gigabyte is refused at the limit, and memory stays flat", async () => {
    let reached = 0;
    await using gateway = await startStandaloneGateway(
      {},
      async (request) => {
        const body: AsyncIterable<Uint8Array> = request.body ?? new ReadableStream();
        for await (const { byteLength } of body) reached += byteLength;
        return Response.json({});
      },
      runBy,
    );
    const [, token = ""] = gateway.authorization.split(": ");
    let status = 0;
    const grown = await growth(gateway.program, async () => {
      const response = await fetch(`${gateway.url}/service/api/files`, {
        method: "POST",
        body: endless(GiB),
        headers: { authorization: token },
      });
      status = response.status;
    });
    expect(status).toBe(413);
    expect(reached).toBeLessThanOrEqual(LIMITS.maxFileBytes);
    expect(grown).toBeLessThan(MAX_GROWTH_BYTES);
  });

  test.each(BODY_SHAPES)(
    "Six hundred %s bodies of a megabyte that stay unfinished leave memory flat",
    async (shape) => {
      await using gateway = await startStandaloneGateway({}, undefined, runBy);
      const [, token = ""] = gateway.authorization.split("Bearer ");
      const grown = await growth(gateway.program, async () => {
        await sendUnfinishedBodies(
          { url: gateway.url, token },
          {
            path: "/service/api/chats",
            isSignedIn: true,
            shape,
            connections: 600,
            bytes: 1_000_000,
            lengthMs: 1_000,
          },
        );
      });
      expect(grown).toBeLessThan(MAX_GROWTH_BYTES);
    },
  );

  test("A download of a gigabyte arrives whole, and memory stays flat", async () => {
    await using gateway = await startStandaloneGateway({}, () => new Response(endless(GiB)), runBy);
    const [, token = ""] = gateway.authorization.split(": ");
    let arrived = 0;
    const grown = await growth(gateway.program, async () => {
      const response = await fetch(`${gateway.url}/service/api/files/1`, {
        headers: { authorization: token },
      });
      const body: AsyncIterable<Uint8Array> = response.body ?? new ReadableStream();
      for await (const { byteLength } of body) arrived += byteLength;
    });
    expect(arrived).toBe(GiB);
    expect(grown).toBeLessThan(MAX_GROWTH_BYTES);
  });

  test("A gigabyte that nobody reads waits at the server, and memory stays flat", async () => {
    let left = 0;
    await using gateway = await startStandaloneGateway(
      {},
      () => {
        const body = endless(GiB).pipeThrough(
          new TransformStream({
            transform(piece, controller) {
              left += piece.byteLength;
              controller.enqueue(piece);
            },
          }),
        );
        return new Response(body);
      },
      runBy,
    );
    const grown = await growth(gateway.program, async () => {
      using reader = openRawResponse(gateway.port, [
        "GET /service/api/files/1 HTTP/1.1",
        "Host: localhost",
        gateway.authorization,
      ]);
      await reader.begun;
      reader.pause();
      await Bun.sleep(2_000);
    });
    expect(left).toBeLessThan(MAX_GROWTH_BYTES);
    expect(grown).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
