import { contentLength } from "./content-length.ts";
import { MalformedAnswerError } from "./failures.ts";
import { type AnswerHead, valuesOf } from "./response-head.ts";

export interface PieceListener {
  onPiece(piece: Buffer<ArrayBuffer>): void;
}

/** Finds an answer's body in what comes over a connection, however that is cut. */
export interface BodyDecoder {
  /**
   * Hands on what of the body is in `data`.
   * @returns where in it the answer ends, or -1 where it goes on.
   * @throws MalformedAnswerError
   */
  take(data: Buffer<ArrayBuffer>, to: PieceListener): number;
  /** Bytes, where they are known beforehand. */
  readonly length?: number;
  /** Whether the end of the connection is the end of the body. */
  readonly endsWithConnection?: boolean;
}

/** Statuses whose answers have no body (RFC 9112, 6.3). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 304]);
const LONGEST_LINE = 4 * 1024;
const MOST_TRAILERS = 100;
const CHUNK_SIZE = /^([0-9a-f]{1,8})[\t ]*(?:;.*)?$/i;

/**
 * How an answer's body is delimited (RFC 9112, 6.3), or null where it has none.
 * @throws MalformedAnswerError where there are two readings.
 */
export function bodyDecoder(method: string, { status, fields }: AnswerHead): BodyDecoder | null {
  if (method === "HEAD" || WITHOUT_BODY.has(status)) return null;
  const codings = valuesOf("transfer-encoding", fields);
  const length = contentLength(valuesOf("content-length", fields));
  if (codings.length > 0) {
    if (length !== undefined) throw new MalformedAnswerError("it has two lengths");
    if (codings.join().toLowerCase() !== "chunked")
      throw new MalformedAnswerError("its transfer coding is unknown");
    return chunked();
  }
  if (length === undefined) return untilTheEnd();
  if (length === null) throw new MalformedAnswerError("its length is not one number");
  return length === 0 ? null : ofLength(length);
}

function ofLength(length: number): BodyDecoder {
  let left = length;
  return {
    length,
    take(data, to) {
      const piece = data.subarray(0, left);
      left -= piece.byteLength;
      to.onPiece(piece);
      return left === 0 ? piece.byteLength : -1;
    },
  };
}

function untilTheEnd(): BodyDecoder {
  return {
    endsWithConnection: true,
    take(data, to) {
      to.onPiece(data);
      return -1;
    },
  };
}

/** RFC 9112, 7.1; what is said in trailers nobody here asks for. */
function chunked(): BodyDecoder {
  let awaited: "size" | "data" | "end of data" | "trailer" = "size";
  let left = 0;
  let line = "";
  let trailers = 0;

  function takeData(data: Buffer<ArrayBuffer>, at: number, to: PieceListener): number {
    const piece = data.subarray(at, at + left);
    left -= piece.byteLength;
    if (left === 0) awaited = "end of data";
    to.onPiece(piece);
    return at + piece.byteLength;
  }

  /** @returns whether it was the last one. */
  function takeLine(text: string): boolean {
    if (awaited === "trailer") {
      if (++trailers > MOST_TRAILERS) throw new MalformedAnswerError("it has too many trailers");
      return text === "";
    }
    if (awaited === "end of data") {
      if (text !== "") throw new MalformedAnswerError("a chunk is longer than it says");
      awaited = "size";
      return false;
    }
    const [, size] = CHUNK_SIZE.exec(text) ?? [];
    if (size === undefined) throw new MalformedAnswerError("a chunk has no size");
    left = Number.parseInt(size, 16);
    awaited = left > 0 ? "data" : "trailer";
    return false;
  }

  return {
    take(data, to) {
      let at = 0;
      while (at < data.byteLength) {
        if (awaited === "data") {
          at = takeData(data, at, to);
          continue;
        }
        const lineFeed = data.indexOf(0x0a, at);
        const end = lineFeed < 0 ? data.byteLength : lineFeed + 1;
        line += data.toString("latin1", at, end);
        if (line.length > LONGEST_LINE) throw new MalformedAnswerError("a line is too long");
        if (lineFeed < 0) return -1;
        at = end;
        if (!line.endsWith("\r\n")) throw new MalformedAnswerError("a line ends in a bare LF");
        const text = line.slice(0, -2);
        line = "";
        if (takeLine(text)) return at;
      }
      return -1;
    },
  };
}
