import { MalformedResponseError } from "./errors.ts";
import { parseContentLength } from "./parse-content-length.ts";
import { headerValues, type ResponseHead } from "./response-head.ts";

export interface PieceListener {
  onPiece(piece: Buffer<ArrayBuffer>): void;
}

/** Extracts the body of a response from the bytes of a connection, however they are split. */
export interface BodyDecoder {
  /**
   * Passes the bytes of the body in `data` to `listener`.
   * @returns the index in `data` at which the response ends, or -1 where it does not end in `data`.
   * @throws MalformedResponseError
   */
  decode(data: Buffer<ArrayBuffer>, listener: PieceListener): number;
  /** Bytes, where they are known beforehand. */
  readonly length?: number;
  /** Whether the end of the connection is the end of the body. */
  readonly endsWithConnection?: boolean;
}

/** Statuses whose responses have no body (RFC 9112, 6.3). */
const BODYLESS_STATUSES: ReadonlySet<number> = new Set([204, 304]);
const MAX_LINE_CHARS = 4 * 1024;
const MAX_TRAILERS = 100;
const CHUNK_SIZE = /^([0-9a-f]{1,8})[\t ]*(?:;.*)?$/i;

/**
 * Creates the decoder for the way in which a response delimits its body (RFC 9112, 6.3).
 * @returns null for a response without a body.
 * @throws MalformedResponseError where the headers are ambiguous.
 */
export function createBodyDecoder(
  method: string,
  { status, headers }: ResponseHead,
): BodyDecoder | null {
  if (method === "HEAD" || BODYLESS_STATUSES.has(status)) return null;
  const codings = headerValues("transfer-encoding", headers);
  const length = parseContentLength(headerValues("content-length", headers));
  if (codings.length > 0) {
    if (length !== undefined)
      throw new MalformedResponseError("both Content-Length and Transfer-Encoding");
    if (codings.join().toLowerCase() !== "chunked")
      throw new MalformedResponseError("unknown transfer coding");
    return chunkedDecoder();
  }
  if (length === undefined) return untilCloseDecoder();
  if (length === null) throw new MalformedResponseError("Content-Length is not one number");
  return length === 0 ? null : fixedLengthDecoder(length);
}

function fixedLengthDecoder(length: number): BodyDecoder {
  let left = length;
  return {
    length,
    decode(data, listener) {
      const piece = data.subarray(0, left);
      left -= piece.byteLength;
      listener.onPiece(piece);
      return left === 0 ? piece.byteLength : -1;
    },
  };
}

function untilCloseDecoder(): BodyDecoder {
  return {
    endsWithConnection: true,
    decode(data, listener) {
      listener.onPiece(data);
      return -1;
    },
  };
}

/** Decodes chunks (RFC 9112, 7.1) and drops the trailers, which nothing here uses. */
function chunkedDecoder(): BodyDecoder {
  let expected: "size" | "data" | "end of data" | "trailer" = "size";
  let left = 0;
  let line = "";
  let trailers = 0;

  function decodeData(data: Buffer<ArrayBuffer>, at: number, listener: PieceListener): number {
    const piece = data.subarray(at, at + left);
    left -= piece.byteLength;
    if (left === 0) expected = "end of data";
    listener.onPiece(piece);
    return at + piece.byteLength;
  }

  /** @returns whether it was the last line. */
  function decodeLine(text: string): boolean {
    if (expected === "trailer") {
      if (++trailers > MAX_TRAILERS) throw new MalformedResponseError("too many trailers");
      return text === "";
    }
    if (expected === "end of data") {
      if (text !== "") throw new MalformedResponseError("a chunk is longer than its size");
      expected = "size";
      return false;
    }
    const [, size] = CHUNK_SIZE.exec(text) ?? [];
    if (size === undefined) throw new MalformedResponseError("a chunk without a size");
    left = Number.parseInt(size, 16);
    expected = left > 0 ? "data" : "trailer";
    return false;
  }

  return {
    decode(data, listener) {
      let at = 0;
      while (at < data.byteLength) {
        if (expected === "data") {
          at = decodeData(data, at, listener);
          continue;
        }
        const lineFeed = data.indexOf(0x0a, at);
        const end = lineFeed < 0 ? data.byteLength : lineFeed + 1;
        line += data.toString("latin1", at, end);
        if (line.length > MAX_LINE_CHARS) throw new MalformedResponseError("a line is too long");
        if (lineFeed < 0) return -1;
        at = end;
        if (!line.endsWith("\r\n")) throw new MalformedResponseError("a line ends in a bare LF");
        const text = line.slice(0, -2);
        line = "";
        if (decodeLine(text)) return at;
      }
      return -1;
    },
  };
}
