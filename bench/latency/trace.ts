/**
 * Marks when a message passes the borders of a process: sockets, the link, the database. To be loaded
 * before the program, whose code stays as it is. Writes the marks at the exit into `TRACE_DIR`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

/** Where a mark is made, and the milliseconds of the system clock, which all processes share. */
export type Mark = readonly [
  place: "received" | "published" | "sent to link" | "received from link" | "asked" | "answered",
  at: number,
];

const marks: Mark[] = [];

function mark(place: Mark[0]): void {
  marks.push([place, performance.timeOrigin + performance.now()]);
}

const { serve } = Bun;
Bun.serve = ((options: Parameters<typeof serve>[0]) => {
  const { websocket } = options as { websocket: Bun.WebSocketHandler<unknown> };
  const { message } = websocket;
  websocket.message = (socket, data) => {
    mark("received");
    return message?.(socket, data as never);
  };
  const server = serve(options);
  const publish = server.publish.bind(server);
  server.publish = (...args) => {
    mark("published");
    return publish(...args);
  };
  return server;
}) as typeof serve;

const { send, addEventListener } = WebSocket.prototype;
WebSocket.prototype.send = function (data) {
  mark("sent to link");
  return send.call(this, data);
};
WebSocket.prototype.addEventListener = function (
  this: WebSocket,
  type: string,
  listener: (event: never) => void,
) {
  const marking = (event: never) => {
    if (type === "message") mark("received from link");
    return listener(event);
  };
  return addEventListener.call(this, type, marking as never);
} as typeof addEventListener;

/** A statement is a text, or an object that pg calls back. */
interface Statement {
  callback?: (...results: unknown[]) => void;
}

const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  mark("asked");
  const markAnswer = () => mark("answered");
  const { callback } = args[0] as Statement;
  if (callback)
    (args[0] as Statement).callback = (...results) => {
      markAnswer();
      callback(...results);
    };
  const answer = query.apply(this, args);
  if (answer instanceof Promise) void answer.then(markAnswer, markAnswer);
  return answer;
} as typeof pg.Client.prototype.query;

process.on("exit", () => {
  writeFileSync(join(process.env["TRACE_DIR"] ?? "", `${process.pid}.json`), JSON.stringify(marks));
});
