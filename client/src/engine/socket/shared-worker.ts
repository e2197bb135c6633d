import { request } from "../api/browser-request.ts";
import { confirmSession } from "../sign-in/confirm-session.ts";
import { openSocket } from "./open-socket.ts";
import { createSharedConnection, type FromTab, type ToTab } from "./shared-connection.ts";
import { createSocket } from "./socket.ts";

/** The first message of a tab: the name of the lock that it holds while it is open. */
export interface LockMessage {
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
  const handle = shared.attach(post);
  port.onmessage = ({ data }: MessageEvent<FromTab | LockMessage>) => {
    if (data.kind !== "lock") return handle(data);
    // The worker gets the lock when the tab is closed, however that happens. It releases the lock
    // before it reports the tab as gone, because the other tabs then query the locks.
    void navigator.locks.request(data.name, () => {}).then(() => shared.leave(post));
  };
}
