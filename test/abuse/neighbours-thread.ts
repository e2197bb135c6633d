import { Neighbour } from "./neighbour.ts";

/** The first message to the thread; any further message asks for a {@link Talk}. */
export interface Room {
  readonly url: string;
  readonly chat: string;
  readonly tokens: readonly string[];
}

/** What the neighbours did since they began. */
export interface Talk {
  readonly sent: number;
  readonly acknowledged: number;
  /** Codes of `reject` frames. */
  readonly rejects: readonly string[];
  /** Codes of closes. */
  readonly drops: readonly number[];
  /** The longest wait for an acknowledgement since the last report. */
  readonly worstMs: number;
}

declare const self: Worker;
self.onmessage = ({ data }: MessageEvent<Room>) => {
  const neighbours = data.tokens.map((token) => new Neighbour(data.url, token, data.chat));
  self.onmessage = () => self.postMessage(talkOf(neighbours));
};

function talkOf(neighbours: readonly Neighbour[]): Talk {
  const sum = (figure: (one: Neighbour) => number) =>
    neighbours.reduce((total, one) => total + figure(one), 0);
  return {
    sent: sum(({ sent }) => sent),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    rejects: neighbours.flatMap(({ rejects }) => rejects),
    drops: neighbours.flatMap(({ drops }) => drops),
    worstMs: Math.max(...neighbours.map((one) => one.takeWorst())),
  };
}
