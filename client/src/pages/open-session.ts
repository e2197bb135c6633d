import { SUBPROTOCOL } from "@parley/contracts/frames";
import { createApi } from "../connection/api.ts";
import { request } from "../connection/browser-request.ts";
import { deviceStorage } from "../connection/device-storage.ts";
import { watchPageLife } from "../connection/page-life.ts";
import { createRenewal } from "../connection/renewal.ts";

import { createSocket } from "../connection/socket.ts";
import { forgetToken } from "../connection/token-life.ts";
import { createSession, type Session, type SignedOutWhy } from "../state/session.ts";

/** Puts a visit together from the browser’s own parts, and starts it. */
export function openSession(onSignedOut: (why: SignedOutWhy) => void): {
  session: Session;
  close: () => void;
} {
  const storage = deviceStorage();
  const now = () => Date.now();
  const signedOut = (why: SignedOutWhy) => {
    forgetToken(storage);
    onSignedOut(why);
  };
  const api = createApi(request, () => signedOut("ended"));
  const renewal = createRenewal({ api, storage, now });
  const session = createSession({
    api,
    storage,
    now,
    random: Math.random,
    isVisible: () => document.visibilityState === "visible",
    onSignedOut: signedOut,
    connect: (handlers) =>
      createSocket(
        { open, renew: renewal.renew, random: Math.random, now: () => performance.now() },
        handlers,
      ),
  });
  const unwatch = watchPageLife({ onWake: session.wake, onOffline: session.dropConnection });
  renewal.start();
  void session.start();
  return {
    session,
    close: () => {
      unwatch();
      renewal.stop();
      session.stop();
    },
  };
}

function open(): WebSocket {
  const url = new URL("/ws", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(url, SUBPROTOCOL);
}
