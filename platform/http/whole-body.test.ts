import { afterAll, describe, expect, test } from "bun:test";
import { COUNTS_SEGMENTS, fetchSegments } from "./testing/fetch-segments.ts";
import { wholeBody } from "./whole-body.ts";

const headers = { "content-type": "text/plain", "x-one": "1", "x-two": "2", "x-three": "3" };
const text = "слово é word ".repeat(3_000);
/** More than the kernel buffers for a connection. */
const huge = Buffer.alloc(32 * 1024 * 1024, "a");
let onSent = () => {};
const bodies: Readonly<Record<string, () => Bun.BodyInit>> = {
  "/plain": () => text,
  "/text": () => wholeBody(text),
  "/latin1": () => wholeBody("é".repeat(50_000)),
  "/bytes": () => wholeBody(Buffer.from(text)),
  "/small": () => wholeBody("ö".repeat(5_000)),
  "/boundary": () => wholeBody("a".repeat(15 * 1024)),
  "/told": () => wholeBody("a", () => onSent()),
};

const server = Bun.serve({
  port: 0,
  async fetch(request) {
    await Bun.sleep(1);
    const { pathname } = new URL(request.url);
    const body = bodies[pathname]?.() ?? wholeBody(huge, () => onSent());
    return new Response(body, { headers });
  },
});
const port = Number(server.port);
afterAll(() => server.stop(true));

describe.skipIf(!COUNTS_SEGMENTS)("segments", () => {
  test("Head and body of a response that was awaited leave in one write", async () => {
    for (const path of ["/text", "/latin1", "/bytes", "/small", "/boundary", "/told"]) {
      const { segments, segmentsOfOneWrite } = await fetchSegments(port, path);
      expect(segments, path).toBeLessThanOrEqual(segmentsOfOneWrite);
    }
  });

  test("Of a plain body over 15 KiB, Bun sends each piece of the head in a segment of its own", async () => {
    const { segments } = await fetchSegments(port, "/plain");
    expect(segments).toBeGreaterThan(4 * Object.keys(headers).length);
  });

  test("A whole body arrives unchanged, with its length", async () => {
    for (const [path, create] of Object.entries(bodies)) {
      const { head, body } = await fetchSegments(port, path);
      expect(body.equals(await new Response(create()).bytes()), path).toBe(true);
      expect(head.match(/content-length|transfer-encoding/gi)).toEqual(["Content-Length"]);
    }
  });
});

test("A middleware that reads a response with a whole body gets the body", async () => {
  const response = new Response(wholeBody(text), { headers });
  expect(await new Response(response.body, response).text()).toBe(text);
});

describe("the end of a body", () => {
  /** Asks for the huge body, and stops reading at its first bytes. */
  async function askAndPause() {
    let isSent = false;
    let received = 0;
    const sent = new Promise<void>((resolve) => {
      onSent = () => {
        isSent = true;
        resolve();
      };
    });
    const begun = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data(socket, piece) {
          if (received === 0) socket.pause();
          received += piece.byteLength;
          begun.resolve();
        },
      },
    });
    socket.write("GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await begun.promise;
    return { socket, sent, isSent: () => isSent, received: () => received };
  }

  test("The end is told when a slow reader has taken the body, and not before", async () => {
    const { socket, sent, isSent, received } = await askAndPause();
    await fetchSegments(port, "/text");
    expect(isSent()).toBe(false);
    socket.resume();
    await sent;
    while (received() < huge.byteLength) await Bun.sleep(5);
    socket.terminate();
  });

  test("The end is told when a reader leaves before it", async () => {
    const { socket, sent, received } = await askAndPause();
    socket.terminate();
    await sent;
    expect(received()).toBeLessThan(huge.byteLength);
  });
});
