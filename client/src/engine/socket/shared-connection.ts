import type { ClientFrame } from "@parley/contracts/frames";
import { isRecord } from "../api/read-problem.ts";
import type { ConnectionState, RawFrame, Socket, SocketHandlers } from "./socket.ts";

/** What a tab tells the connection that it shares with others. */
export type FromTab =
  | { kind: "send"; frame: ClientFrame }
  | { kind: "connect" | "markLost" | "checkAlive" | "disconnect" | "leave" };

export type ToTab =
  | { kind: "frame"; frame: RawFrame }
  | { kind: "state"; state: ConnectionState }
  | { kind: "signed_out" }
  | { kind: "tab_gone" }
  /** The answer to a probe: the connection is looked after. */
  | { kind: "here" };

type Post = (message: ToTab) => void;

/**
 * One connection for all tabs of a person. Each tab keeps its own state and resumes for itself, so
 * a tab that comes later is told what it would have heard at the beginning, and what answers a
 * `resume` goes to the tab that asked. Everything else goes to all: applied twice it does no harm.
 */
export function createSharedConnection(connect: (handlers: SocketHandlers) => Socket) {
  const tabs = new Set<Post>();
  const online = new Map<unknown, RawFrame>();
  /** Tabs whose `resume` is not answered yet: a session's frames are answered in order. */
  let resuming: Post[] = [];
  let welcome: RawFrame | null = null;
  let state: ConnectionState = "connecting";
  const socket = connect({
    onFrame: hear,
    onState(now) {
      state = now;
      tellAll({ kind: "state", state });
    },
    onSignedOut: () => tellAll({ kind: "signed_out" }),
  });

  /** @returns what takes a tab's messages. */
  function attach(post: Post): (message: FromTab) => void {
    tabs.add(post);
    post({ kind: "state", state });
    if (state === "open" && welcome) {
      post({ kind: "frame", frame: welcome });
      post({ kind: "frame", frame: { type: "presence", users: [...online.values()] } });
    }
    return (message) => handle(post, message);
  }

  function handle(post: Post, message: FromTab): void {
    switch (message.kind) {
      case "send": {
        const isSent = socket.send(message.frame);
        if (isSent && message.frame.type === "resume") resuming.push(post);
        return;
      }
      case "checkAlive":
        post({ kind: "here" });
        socket.checkAlive();
        return;
      case "leave":
        leave(post);
        return;
      case "disconnect":
        disconnect();
        return;
      case "connect":
      case "markLost":
        socket[message.kind]();
    }
  }

  /** A tab is gone. The others go on, even if it had the connection rest in order to sign out. */
  function leave(post: Post): void {
    tabs.delete(post);
    tellAll({ kind: "tab_gone" });
    if (tabs.size > 0) socket.connect();
    else disconnect();
  }

  function disconnect(): void {
    socket.disconnect();
    state = "connecting";
    tellAll({ kind: "state", state });
  }

  function hear(frame: RawFrame): void {
    switch (frame["type"]) {
      case "welcome":
        welcome = frame;
        resuming = [];
        online.clear();
        break;
      case "error":
        // It may be a `resume` that was refused, and is owed no answer: every tab that waits asks anew.
        if (isPassing(frame["code"])) resuming = [];
        break;
      case "presence":
        notePresence(frame["users"]);
        break;
    }
    const answered = answeredBy(frame["type"]);
    if (answered) answered({ kind: "frame", frame });
    else tellAll({ kind: "frame", frame });
  }

  /** @returns the tab that a frame answers, when it is for one tab alone. */
  function answeredBy(type: unknown): Post | undefined {
    return type === "resumed" ? resuming.shift() : type === "reset" ? resuming[0] : undefined;
  }

  function notePresence(users: unknown): void {
    for (const entry of Array.isArray(users) ? users.filter(isRecord) : []) {
      if (entry["online"] === true) online.set(entry["id"], entry);
      else online.delete(entry["id"]);
    }
  }

  function tellAll(message: ToTab): void {
    for (const post of tabs) post(message);
  }

  return { attach, leave };
}

const isPassing = (code: unknown) => code === "rate_limited" || code === "overloaded";
