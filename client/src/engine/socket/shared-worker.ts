import { request } from "../api/browser-request.ts";
import { confirmSession } from "../sign-in/confirm-session.ts";
import { openSocket } from "./open-socket.ts";
import { createSharedConnection, type FromTab, type ToTab } from "./shared-connection.ts";
import { createSocket } from "./socket.ts";

/** What a tab says first: the lock that it holds for as long as it lives. */
export interface TabLock {
  kind: "lock";
  name: string;
}

const shared = createSharedConnection((handlers) =>
  createSocket(
    {
      open: openSocket,
      renew: () => confirmSession(request),
      random: Math.random,
      now: () => performance.now(),
    },
    handlers,
  ),
);

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port) serve(port);
});

function serve(port: MessagePort): void {
  const post = (message: ToTab) => port.postMessage(message);
  const take = shared.attach(post);
  port.onmessage = ({ data }: MessageEvent<FromTab | TabLock>) => {
    if (data.kind !== "lock") return take(data);
    // It is given to this worker once the tab is gone, however it went. Let go of before that is
    // told: those who hear it ask which tabs still hold theirs.
    void navigator.locks.request(data.name, () => {}).then(() => shared.leave(post));
  };
}
