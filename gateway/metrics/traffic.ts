/** Bytes received from browsers, and bytes sent to them. */
export interface ByteCounts {
  in: number;
  out: number;
}

/**
 * Bytes of HTTP bodies and of WebSocket messages. They are plain numbers, because they change with every
 * frame and are read only when the metrics are scraped.
 */
export type Traffic = Readonly<Record<"http" | "websocket", ByteCounts>>;

export function createTraffic(): Traffic {
  return { http: { in: 0, out: 0 }, websocket: { in: 0, out: 0 } };
}
