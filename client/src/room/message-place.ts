/** Where a message is: its chat, and its number there. */
export interface MessagePlace {
  chat: string;
  seq: number;
}
