import { dlopen } from "bun:ffi";

/** A response as it came over TCP. */
export interface SegmentedResponse {
  readonly head: string;
  readonly body: Buffer;
  /** TCP segments with data. */
  readonly segments: number;
  /** The segments that one write of the whole response can take. */
  readonly segmentsOfOneWrite: number;
}

/** From the headers of Linux: `IPPROTO_TCP`, `TCP_INFO`, and where `struct tcp_info` has `tcpi_data_segs_in`. */
const [TCP, TCP_INFO, DATA_SEGMENTS_AT, INFO_BYTES] = [6, 11, 152, 256];
const END_OF_HEAD = "\r\n\r\n";
/** On the loopback interface a write of more bytes is divided where the receiver has little room. */
const LEAST_SEGMENT_BYTES = 16 * 1024;

/** Whether this system counts segments. */
export const COUNTS_SEGMENTS = process.platform === "linux";

/**
 * Sends the lines of a GET request to a port of this machine, and counts the segments in which the
 * response arrives. The kernel counts, so that it does not matter when the client reads.
 * @throws Error where the response has no `Content-Length`.
 */
export async function fetchSegments(
  port: number,
  path: string,
  headers: readonly string[] = [],
): Promise<SegmentedResponse> {
  let received = Buffer.alloc(0);
  const complete = Promise.withResolvers<SegmentedResponse>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(socket, piece) {
        received = Buffer.concat([received, piece]);
        const segmentsOfOneWrite = Math.ceil(received.byteLength / LEAST_SEGMENT_BYTES);
        try {
          const response = parse(received);
          if (response)
            complete.resolve({ ...response, segments: dataSegments(socket), segmentsOfOneWrite });
        } catch (error) {
          complete.reject(error);
        }
      },
      close: () => complete.reject(new Error("The response is incomplete")),
    },
  });
  socket.write(
    `${[`GET ${path} HTTP/1.1`, "Host: localhost", ...headers].join("\r\n")}${END_OF_HEAD}`,
  );
  return complete.promise.finally(() => socket.terminate());
}

function parse(received: Buffer): Pick<SegmentedResponse, "head" | "body"> | null {
  const end = received.indexOf(END_OF_HEAD);
  if (end < 0) return null;
  const head = received.toString("latin1", 0, end);
  const [, length] = /^content-length: (\d+)$/im.exec(head) ?? [];
  if (length === undefined) throw new Error(`A response without a length:\n${head}`);
  const body = received.subarray(end + END_OF_HEAD.length);
  return body.byteLength < Number(length) ? null : { head, body };
}

function dataSegments(socket: Bun.Socket): number {
  // Bun's types do not have it.
  const { fd } = socket as Bun.Socket & { readonly fd: number };
  const { symbols } = dlopen("libc.so.6", {
    getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  });
  const info = Buffer.alloc(INFO_BYTES);
  const failed = symbols.getsockopt(fd, TCP, TCP_INFO, info, new Uint32Array([INFO_BYTES]));
  if (failed) throw new Error("The system gives no TCP_INFO");
  return info.readUInt32LE(DATA_SEGMENTS_AT);
}
