/** Bytes received from browsers, and bytes sent to them. */
export interface ByteCounts {
  in: number;
  out: number;
}

/** What the gateway did to browsers that sent too much or read too little. */
export interface OverloadCounts {
  /** Messages that were refused with `overloaded`. */
  refusedSends: number;
  /** Sockets that were closed with 4429. */
  slowReaders: number;
}

/**
 * Bytes of HTTP bodies and of WebSocket messages, and what was refused of the latter. They are plain
 * numbers, because they change with every frame and are read only when the metrics are scraped.
 */
export interface Traffic {
  readonly bytes: Readonly<Record<"http" | "websocket", ByteCounts>>;
  readonly overload: OverloadCounts;
}

export function createTraffic(): Traffic {
  return {
    bytes: { http: { in: 0, out: 0 }, websocket: { in: 0, out: 0 } },
    overload: { refusedSends: 0, slowReaders: 0 },
  };
}
