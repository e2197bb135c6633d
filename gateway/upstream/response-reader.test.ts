import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BrokenConnectionError, MalformedResponseError } from "./errors.ts";
import type { HeaderList, ResponseHead } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";

interface Read {
  readonly head: ResponseHead | null;
  readonly length: number | undefined;
  readonly body: string;
  readonly isOver: boolean;
}

/** Reads the pieces one after the other, and then the end of the connection if `ends`. */
function read(pieces: readonly Buffer[], { method = "GET", ends = false } = {}): Read {
  let head: ResponseHead | null = null;
  let length: number | undefined;
  let isOver = false;
  const body: Buffer[] = [];
  const reader = new ResponseReader(method, {
    onHead(one, known) {
      head = one;
      length = known;
    },
    onPiece: (piece) => void body.push(piece),
    onEnd() {
      isOver = true;
    },
  });
  for (const piece of pieces) reader.receive(Buffer.from(piece));
  if (ends) reader.end();
  return { head, length, body: Buffer.concat(body).toString("latin1"), isOver };
}

const bytes = (text: string) => Buffer.from(text, "latin1");
const readText = (text: string, options = {}) => read([bytes(text)], options);

function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (whole.length + 1)).toSorted((a, b) => a - b)];
  return at.map((start, n) => whole.subarray(start, at[n + 1])).filter((piece) => piece.length > 0);
}

const places = fc.array(fc.nat(), { maxLength: 12 });
const bodies = fc.string({ unit: "binary-ascii", maxLength: 200 });

describe("responses that are split anywhere", () => {
  test("A body with a length is read the same, wherever the response is split", () => {
    fc.assert(
      fc.property(bodies, places, (body, places) => {
        const text = `HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        const got = read(cut(bytes(text), places));
        expect(got).toMatchObject({ length: body.length, body, isOver: true });
        expect(got.head?.headers[0]).toEqual(["etag", '"a"']);
      }),
    );
  });

  test("A chunked body behind interim responses is read the same, wherever the response is split", () => {
    const chunks = fc.array(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 }));
    fc.assert(
      fc.property(chunks, fc.boolean(), places, (chunks, isEarly, places) => {
        const early = isEarly ? "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" : "";
        const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        const body = chunks.map((one) => `${one.length.toString(16)};x=y\r\n${one}\r\n`).join("");
        const text = `${early}${head}${body}0\r\nx-trailer: 1\r\n\r\n`;
        expect(read(cut(bytes(text), places))).toMatchObject({
          length: undefined,
          body: chunks.join(""),
          isOver: true,
        });
      }),
    );
  });

  test("A body that ends with the connection is read the same, wherever the response is split", () => {
    fc.assert(
      fc.property(bodies, places, (body, places) => {
        const text = `HTTP/1.1 200 OK\r\n\r\n${body}`;
        const got = read(cut(bytes(text), places), { ends: true });
        expect(got).toMatchObject({ length: undefined, body, isOver: true });
      }),
    );
  });
});

describe("responses without a body", () => {
  test.each([
    ["HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"],
    ["GET", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"],
    ["GET", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"],
    ["GET", "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n"],
    ["GET", "HTTP/1.1 200\r\ncontent-length: 0, 0\r\n\r\n"],
  ])("The response to %s has no body: %j", (method, text) => {
    expect(readText(text, { method })).toMatchObject({ length: 0, body: "", isOver: true });
  });
});

test.each<[string, number]>([
  ["HTTP/1.1 200 OK\r\n\r\n", Infinity],
  ["HTTP/1.1 200 OK\r\nconnection: x, Close\r\n\r\n", 0],
  ["HTTP/1.0 200 OK\r\n\r\n", 0],
  ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n", Infinity],
  ["HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\n\r\n", 4_000],
  ["HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\n\r\n", 0],
])("The response %j keeps the connection alive for %d ms", (text, keptFor) => {
  expect(readText(text).head?.keepAliveMs).toBe(keptFor);
});

test("Headers keep their order, their duplicates and their bytes", () => {
  const fields: HeaderList = [
    ["set-cookie", "a=1"],
    ["set-cookie", "b=\xa0"],
    ["x-empty", ""],
  ];
  const text = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSET-COOKIE:\tb=\xa0 \r\nx-empty:\r\n\r\n";
  expect(readText(text).head?.headers).toEqual(fields);
});

const OK = "HTTP/1.1 200 OK\r\n";

describe("malformed responses", () => {
  test.each([
    "nonsense\r\n\r\n",
    "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 600 OK\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    `${OK}no colon\r\n\r\n`,
    `${OK}x : y\r\n\r\n`,
    `${OK} folded: y\r\n\r\n`,
    `${OK}x: y\r\n folded\r\n\r\n`,
    `${OK}x: a\nb\r\n\r\n`,
    `${OK}x: a\rb\r\n\r\n`,
    `${OK}x: a\0b\r\n\r\n`,
    `${OK}x: ${"a".repeat(70_000)}\r\n\r\n`,
    "x".repeat(70_000),
    "HTTP/1.1 100 Continue\r\n\r\n".repeat(50_000),
    `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\n12`,
    `${OK}content-length: 1, 2\r\n\r\n12`,
    `${OK}content-length: +1\r\n\r\n1`,
    `${OK}content-length: 0x1\r\n\r\n1`,
    `${OK}content-length:\r\n\r\n1`,
    `${OK}content-length: 99999999999999999999\r\n\r\n1`,
    `${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\nZZ\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n-1\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n1ffffffff\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n1;${"x".repeat(5_000)}`,
    `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${"x: y\r\n".repeat(200)}\r\n`,
    "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    `${OK}content-length: 1\r\n\r\n12`,
    `${OK}content-length: 0\r\n\r\n${OK}\r\n`,
    `${OK}transfer-encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1`,
  ])("The response %j is malformed", (text) => {
    expect(() => readText(text)).toThrow(MalformedResponseError);
  });
});

test.each([
  "",
  "HTTP/1.1 200",
  `${OK}content-length: 9\r\n\r\nok`,
  `${OK}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
  "HTTP/1.1 100 Continue\r\n\r\n",
])("A response that ends within %j is incomplete", (text) => {
  expect(() => readText(text, { ends: true })).toThrow(BrokenConnectionError);
});
