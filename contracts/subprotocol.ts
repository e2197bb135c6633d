/** The WebSocket subprotocol; a client that offers none gets the newest. */
export const SUBPROTOCOL = "parley.v1";
