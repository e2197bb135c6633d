/** Identifies a message: its chat, and its sequence number there. */
export interface MessagePlace {
  chat: string;
  seq: number;
}
