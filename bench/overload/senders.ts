import { BODY } from "../room.ts";
import { type Orders, type Sent, type Step, sharedNow } from "./orders.ts";
import { SentTally } from "./sent-tally.ts";

/** Time for the answers to what was sent at the end of a step. */
const LAST_ANSWERS_MS = 3_000;
const RECONNECT_MS = 100;
const TICK_MS = 1;

const sockets: WebSocket[] = [];
let chat = "";
let turn = 0;
let tally = new SentTally();
/** Sends one message for each answer, to keep the number of unanswered messages. */
let isClosedLoop = false;

process.on("message", async (orders: Orders) => {
  if (orders.kind === "open") process.send?.(await open(orders));
  else if (orders.kind === "send") process.send?.(await send(orders));
});

async function open(orders: Extract<Orders, { kind: "open" }>): Promise<"open"> {
  chat = orders.chat;
  await Promise.all(orders.tokens.map((token, n) => connect(orders.url, token, n)));
  return "open";
}

/** Connects a sender, and connects it again whenever its socket was closed. */
function connect(url: string, token: string, n: number): Promise<void> {
  const opened = Promise.withResolvers<void>();
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  socket.onmessage = ({ data }) => {
    if (data.startsWith('{"type":"events"')) return;
    if (data.startsWith('{"type":"welcome"')) {
      sockets[n] = socket;
      opened.resolve();
    } else if (tally.takeAnswer(data) && isClosedLoop) sendOne();
  };
  socket.onclose = ({ code }) => {
    tally.takeClose(code);
    setTimeout(connect, RECONNECT_MS, url, token, n);
  };
  return opened.promise;
}

/** Sends the load of one step, and counts the answers. */
async function send({ load, warmUpMs, measuredMs }: Step): Promise<Sent> {
  tally = new SentTally();
  isClosedLoop = load.kind === "closed";
  const start = performance.now();
  if (load.kind === "closed") for (let n = 0; n < load.inFlight; n++) sendOne();
  for (let sent = 0, passed = 0; passed < warmUpMs + measuredMs; await Bun.sleep(TICK_MS)) {
    passed = performance.now() - start;
    tally.isMeasured = passed >= warmUpMs;
    const due = load.kind === "open" ? (load.perSecond * passed) / 1_000 : 0;
    for (; sent < due; sent++) sendOne();
  }
  tally.isMeasured = false;
  isClosedLoop = false;
  await Bun.sleep(LAST_ANSWERS_MS);
  return tally.result(measuredMs);
}

/** A message that no open socket can send counts as offered. */
function sendOne(): void {
  const socket = sockets[turn++ % sockets.length];
  const clientId = crypto.randomUUID();
  const now = sharedNow();
  tally.takeSend(clientId, now);
  const body = `${now.toFixed(3)} ${BODY}`;
  if (socket?.readyState === WebSocket.OPEN)
    socket.send(JSON.stringify({ type: "send", chat, clientId, body }));
}
