import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { exchange } from "./raw-http.ts";
import { type StandaloneGateway, startStandaloneGateway } from "./standalone-gateway.ts";

let gateway: StandaloneGateway;

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join("");
const head = (first: string, ...fields: string[]) =>
  lines(first, "Host: chat.example", gateway.authorization, ...fields, "");
const post = (...fields: string[]) => head("POST /service/api/chats HTTP/1.1", ...fields);
/** The request in another request's body, which the server must never receive. */
const smuggled = () => head("DELETE /service/api/profile HTTP/1.1");
const CHUNKED = "Transfer-Encoding: chunked";

/** Messages whose length two parsers might determine differently (RFC 9112, 6.3 and 11.2). */
const AMBIGUOUS: Record<string, () => string> = {
  "both lengths, the chunks first": () =>
    `${post(`Content-Length: ${smuggled().length + 5}`, CHUNKED)}0\r\n\r\n${smuggled()}`,
  "both lengths, the number first": () =>
    `${post(CHUNKED, "Content-Length: 3")}0\r\n\r\n${smuggled()}`,
  "two lengths that differ": () =>
    `${post("Content-Length: 5", `Content-Length: ${5 + smuggled().length}`)}hello${smuggled()}`,
  "a list of lengths": () => `${post("Content-Length: 5, 5")}hello${smuggled()}`,
  "a length with a sign": () => `${post("Content-Length: +5")}hello${smuggled()}`,
  "a negative length": () => `${post("Content-Length: -5")}hello${smuggled()}`,
  "a length in hexadecimal": () => `${post("Content-Length: 0x5")}hello${smuggled()}`,
  "a length of two words": () => `${post("Content-Length: 5 5")}hello${smuggled()}`,
  "an empty length": () => `${post("Content-Length: ")}hello${smuggled()}`,
  "a length beyond all numbers": () => post(`Content-Length: ${"9".repeat(30)}`) + smuggled(),
  "a folded length": () => `${post("Content-Length:", " 5")}hello${smuggled()}`,
  "a folded coding": () => `${post("Transfer-Encoding:", " chunked")}0\r\n\r\n${smuggled()}`,
  "a folded field": () => `${post("X-A: a", "\tb: c", "Content-Length: 5")}hello${smuggled()}`,
  "a fold before any field": () =>
    `${head("POST /service/api/chats HTTP/1.1\r\n X: y", "Content-Length: 5")}hello${smuggled()}`,
  "a space before the colon of a coding": () =>
    `${post("Transfer-Encoding : chunked", "Content-Length: 5")}hello${smuggled()}`,
  "a space before the colon of a length": () => `${post("Content-Length : 5")}hello${smuggled()}`,
  "a coding that is nearly chunked": () =>
    `${post("Transfer-Encoding: xchunked")}0\r\n\r\n${smuggled()}`,
  "the coding chunked and then another": () =>
    `${post("Transfer-Encoding: chunked, identity")}0\r\n\r\n${smuggled()}`,
  "the coding chunked behind a vertical tab": () =>
    `${post("Transfer-Encoding: \x0bchunked")}0\r\n\r\n${smuggled()}`,
  "a coding of two fields": () =>
    `${post(CHUNKED, "Transfer-Encoding: identity")}0\r\n\r\n${smuggled()}`,
  "the coding named identity": () =>
    `${post("Transfer-Encoding: identity", "Content-Length: 5")}hello${smuggled()}`,
  "a compressed coding": () => `${post("Transfer-Encoding: gzip, chunked")}0\r\n\r\n${smuggled()}`,
  "a bare LF within the fields": () =>
    `${post(`X-A: a\n${CHUNKED}`, "Content-Length: 5")}hello${smuggled()}`,
  "a bare CR within the fields": () =>
    `${post(`X-A: a\r${CHUNKED}`, "Content-Length: 5")}hello${smuggled()}`,
  "nothing but bare LF": () =>
    `${post("Content-Length: 5")}hello${smuggled()}`.replaceAll("\r\n", "\n"),
  "a NUL in a value": () => `${post("X-A: a\0b", "Content-Length: 5")}hello${smuggled()}`,
  "a NUL in a name": () => `${post("X\0A: a", "Content-Length: 5")}hello${smuggled()}`,
  "a control character": () => `${post("X-A: a\x01b", "Content-Length: 5")}hello${smuggled()}`,
  "a line without a colon": () => `${post("Garbage", "Content-Length: 5")}hello${smuggled()}`,
  "chunk sizes in 0x": () => `${post(CHUNKED)}0x5\r\nhello\r\n0\r\n\r\n${smuggled()}`,
  "a negative chunk": () => `${post(CHUNKED)}-5\r\nhello\r\n0\r\n\r\n${smuggled()}`,
  "a chunk size that overflows": () =>
    `${post(CHUNKED)}10000000000000005\r\nhello\r\n0\r\n\r\n${smuggled()}`,
  "chunks ended by a bare LF": () => `${post(CHUNKED)}5\nhello\n0\n\n${smuggled()}`,
  "a chunk extension ended by a bare LF": () =>
    `${post(CHUNKED)}5;a\nhello\r\n0\r\n\r\n${smuggled()}`,
  "a chunk longer than it says": () => `${post(CHUNKED)}5\r\nhelloXX0\r\n\r\n${smuggled()}`,
  "chunks in HTTP/1.0": () =>
    `${head("POST /service/api/chats HTTP/1.0", CHUNKED)}0\r\n\r\n${smuggled()}`,
  "no host": () => lines("GET /service/api/chats HTTP/1.1", gateway.authorization, "") + smuggled(),
};

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  beforeAll(async () => {
    gateway = await startStandaloneGateway({}, undefined, await prepare(runtime));
  });
  afterAll(() => gateway[Symbol.asyncDispose]());
  beforeEach(() => {
    gateway.seen.length = 0;
  });

  describe("ambiguous messages", () => {
    test.each(Object.keys(AMBIGUOUS))(
      "A message with %s is refused and ends the connection",
      async (name) => {
        const { statuses, ended } = await exchange(gateway.port, AMBIGUOUS[name]?.() ?? "");
        // A valid request afterwards shows that nothing was forwarded before it and that the gateway runs.
        await exchange(gateway.port, head("GET /service/api/profile HTTP/1.0"));
        expect(gateway.seen).toEqual(["GET /service/api/profile"]);
        expect(ended).toBe(true);
        expect(statuses.filter((status) => status < 400)).toEqual([]);
      },
    );
  });

  describe("unusual HTTP", () => {
    test.each([
      ["HTTP/0.9", "GET /service/api/chats\r\n"],
      ["a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
      ["HTTP/1.2", "GET /service/api/chats HTTP/1.2\r\nHost: x\r\n\r\n"],
      ["a version in small letters", "GET /service/api/chats http/1.1\r\nHost: x\r\n\r\n"],
      ["a target with a space", "GET /service/api/chats x HTTP/1.1\r\nHost: x\r\n\r\n"],
      ["a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ])("A message with %s is refused", async (_, bytes) => {
      const { statuses } = await exchange(gateway.port, bytes);
      expect(statuses.filter((status) => status < 400)).toEqual([]);
      expect(gateway.seen).toEqual([]);
    });

    test("HTTP/1.0 is served, and the connection is closed", async () => {
      const { statuses, ended } = await exchange(
        gateway.port,
        head("GET /service/api/chats HTTP/1.0"),
      );
      expect({ statuses, ended }).toEqual({ statuses: [200], ended: true });
    });

    test("A request with two Host headers is refused", async () => {
      const two = head("GET /service/api/chats HTTP/1.1", "Host: evil.example");
      expect((await exchange(gateway.port, two)).statuses).toEqual([400]);
      expect(gateway.seen).toEqual([]);
    });

    test("A header that is too large or has too many fields is refused with its status", async () => {
      const huge = await exchange(gateway.port, post(`X-A: ${"a".repeat(100_000)}`));
      const many = await exchange(
        gateway.port,
        post(...Array.from({ length: 1_000 }, (_, n) => `X-${n}: a`)),
      );
      expect([huge.statuses, many.statuses]).toEqual([[431], [431]]);
      expect(gateway.seen).toEqual([]);
    });
  });

  describe("WebSocket handshakes from other sites", () => {
    const handshake = (...fields: string[]) =>
      exchange(
        gateway.port,
        lines(
          "GET /ws HTTP/1.1",
          "Host: chat.example",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          ...fields,
          "",
        ),
      );
    const cookie = () => gateway.authorization.replace("Authorization: Bearer ", "Cookie: token=");

    test.each([
      ["http://evil.example", 403],
      ["http://chat.example.evil.example", 403],
      ["http://chat.example:81", 403],
      ["null", 403],
      // The gateway on Node has no WebSocket endpoint.
      ["http://chat.example", runtime === "bun" ? 101 : 501],
    ])("A WebSocket handshake with the origin %s gets %i", async (origin, status) => {
      expect((await handshake(cookie(), `Origin: ${origin}`)).statuses).toEqual([status]);
    });

    test("A WebSocket handshake with a cookie and no origin is refused", async () => {
      expect((await handshake(cookie())).statuses).toEqual([403]);
    });
  });

  describe("unambiguous messages", () => {
    test.each([
      ["by its length", () => `${post("Content-Length: 5")}hello`],
      ["by chunks", () => `${post(CHUNKED)}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`],
      ["by chunks with extensions", () => `${post(CHUNKED)}5;a=b\r\nhello\r\n0\r\n\r\n`],
      [
        "by a coding in capitals",
        () => `${post("Transfer-Encoding: CHUNKED")}5\r\nhello\r\n0\r\n\r\n`,
      ],
    ])("A message that is delimited %s is forwarded once and whole", async (_, bytes) => {
      const { statuses } = await exchange(gateway.port, bytes());
      expect(statuses).toEqual([200]);
      expect(gateway.seen).toEqual(["POST /service/api/chats hello"]);
    });

    test("A request in the body of a GET is read as the body", async () => {
      const inner = smuggled();
      const outer = head("GET /service/api/chats HTTP/1.1", `Content-Length: ${inner.length}`);
      await exchange(gateway.port, outer + inner);
      expect(gateway.seen.filter((one) => one.startsWith("DELETE"))).toEqual([]);
    });

    test("A repeated equal Content-Length counts once, and bytes after the body are not part of the body", async () => {
      const twice = post("Content-Length: 5", "Content-Length: 5");
      await exchange(gateway.port, `${twice}hello${smuggled()}`);
      expect(gateway.seen.filter((one) => one.includes("helloDELETE"))).toEqual([]);
    });

    test("A repeated equal Content-Length counts once for a streaming body", async () => {
      const upload = head(
        "POST /service/api/files HTTP/1.1",
        "Content-Length: 5",
        "Content-Length: 5",
      );
      await exchange(gateway.port, `${upload}hello`);
      // Node rejects two equal headers, which Bun merges.
      if (runtime === "bun") expect(gateway.seen).toEqual(["POST /service/api/files hello"]);
      else expect(gateway.seen).toEqual([]);
    });
  });
});
