import { quantile } from "../load.ts";
import { type Codes, count, type Orders, type Received, sharedNow } from "./orders.ts";

const RECONNECT_MS = 100;
const EVENTS = '{"type":"events"';
const SEQ = '"seq":';
const BODY = '"body":"';

/** What every reader gets, by the first `seq` of the frame: one reader parses it for all. */
interface Frame {
  readonly length: number;
  readonly events: number;
  readonly messages: number;
}

const frames = new Map<number, Frame>();
let messages: number[] = [];
let nextSeq: number[] = [];
let faults = 0;
let closes: Codes = {};
let delays: number[] = [];

process.on("message", async (orders: Orders) => {
  if (orders.kind === "open") process.send?.(await open(orders));
  else if (orders.kind === "report") process.send?.(report());
});

async function open({ url, tokens }: Extract<Orders, { kind: "open" }>): Promise<"open"> {
  messages = tokens.map(() => 0);
  nextSeq = tokens.map(() => 0);
  await Promise.all(tokens.map((token, n) => connect(url, token, n)));
  return "open";
}

/** Connects a reader, and connects it again whenever its socket was closed. */
function connect(url: string, token: string, n: number): Promise<void> {
  const opened = Promise.withResolvers<void>();
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  nextSeq[n] = 0;
  socket.onmessage = ({ data }) => {
    if (data.startsWith(EVENTS)) receive(n, data);
    else if (data.startsWith('{"type":"welcome"')) opened.resolve();
  };
  socket.onclose = ({ code }) => {
    count(closes, code);
    setTimeout(connect, RECONNECT_MS, url, token, n);
  };
  return opened.promise;
}

function receive(n: number, text: string): void {
  const seq = Number.parseInt(text.slice(text.indexOf(SEQ) + SEQ.length), 10);
  const frame = frames.getOrInsertComputed(seq, () => parse(text));
  const expected = nextSeq[n] || seq;
  if (seq !== expected || frame.length !== text.length) faults++;
  nextSeq[n] = seq + frame.events;
  messages[n] = (messages[n] ?? 0) + frame.messages;
  if (n === 0) addDelays(text);
}

function parse(text: string): Frame {
  const { events } = JSON.parse(text) as { events: { seq: number; kind: string }[] };
  events.forEach(({ seq }, index) => {
    if (seq !== (events[0]?.seq ?? 0) + index) faults++;
  });
  const count = events.filter(({ kind }) => kind === "message").length;
  return { length: text.length, events: events.length, messages: count };
}

function addDelays(text: string): void {
  const now = sharedNow();
  for (let at = text.indexOf(BODY); at >= 0; at = text.indexOf(BODY, at + BODY.length))
    delays.push(now - Number.parseFloat(text.slice(at + BODY.length, at + BODY.length + 20)));
}

function report(): Received {
  const sorted = delays.toSorted((a, b) => a - b);
  const result = {
    messages,
    faults,
    closes,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
  messages = messages.map(() => 0);
  [faults, closes, delays] = [0, {}, []];
  return result;
}
