/** Bytes that came in from browsers, and that went out to them. */
export interface Bytes {
  in: number;
  out: number;
}

/**
 * Bytes of HTTP bodies and of WebSocket messages so far. Plain numbers: they are added to with every
 * frame, and looked at once a scrape.
 */
export type Traffic = Readonly<Record<"http" | "websocket", Bytes>>;

export function createTraffic(): Traffic {
  return { http: { in: 0, out: 0 }, websocket: { in: 0, out: 0 } };
}
