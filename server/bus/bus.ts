/**
 * One server's end of the bus, which carries text between the servers of an installation.
 *
 * Delivery is at most once: text can be lost while the bus is down, and a driver may deliver it twice
 * or late. Text on the bus is a hint; the database holds the facts.
 */
export interface Bus extends AsyncDisposable {
  /** False while no other server can be connected; nothing then needs to be encoded, or read again after subscribing. */
  readonly isShared: boolean;
  /** Sends text to the servers that are subscribed to a topic; in the order of the calls, without waiting. */
  publish(topic: string, text: string): void;
  /** Resolves when text published from then on is received. */
  subscribe(topics: readonly string[]): Promise<void>;
  unsubscribe(topics: readonly string[]): void;
  /** Whether the bus delivers at this time. */
  isUp(): boolean;
}

export interface BusListener {
  /** Called for each text of a subscribed topic, never within a call of `publish`; may be called for the server's own. */
  onMessage(topic: string, text: string): void;
  /** Called when a connection that was lost is restored and every topic is subscribed again: text may have been missed. */
  up(): void;
}

/** Connects one server to the bus. */
export type OpenBus = (listener: BusListener) => Bus;
