import { createApi } from "../engine/api/api.ts";
import { request } from "../engine/api/browser-request.ts";
import type { SignedOutReason } from "../engine/session/connection.ts";
import { createSession, type Session } from "../engine/session/session.ts";
import { watchSignedInUser } from "../engine/sign-in/signed-in-user.ts";
import { clearTokenExpiry } from "../engine/sign-in/token-expiry.ts";
import { createRenewal } from "../engine/sign-in/token-renewal.ts";
import { connectSharedWorker } from "../engine/socket/connect-shared-worker.ts";
import { openSocket } from "../engine/socket/open-socket.ts";
import { createSharedSocket, type TabHandlers } from "../engine/socket/shared-socket.ts";
import { createSocket, type SocketDeps, type SocketHandlers } from "../engine/socket/socket.ts";
import { holdTabLock, type TabLock } from "../engine/socket/tab-lock.ts";
import { watchVisibility } from "../engine/socket/visibility.ts";
import { deviceStorage } from "../engine/storage/device-storage.ts";

/** Puts a visit together from the browser’s own parts, and starts it. */
export function openSession(onSignedOut: (why: SignedOutReason) => void): {
  session: Session;
  close: () => void;
} {
  const storage = deviceStorage();
  const wallClock = () => Date.now();
  const signedOut = (why: SignedOutReason) => {
    clearTokenExpiry(storage);
    onSignedOut(why);
  };
  const tab = holdTabLock(navigator.locks);
  const api = createApi(request, () => signedOut("ended"));
  const renewal = createRenewal({ api, storage, now: wallClock });
  const session = createSession({
    api,
    storage,
    tab,
    now: () => performance.now(),
    wallClock,
    random: Math.random,
    isVisible: () => document.visibilityState === "visible",
    onSignedOut: signedOut,
    connect: connectIn(tab, renewal, () => session.me()?.id ?? ""),
  });
  const unwatch = watchVisibility({
    onWake: session.connection.wake,
    onOffline: session.connection.markLost,
  });
  // The token is the other person's now, and not to be forgotten.
  const unwatchUser = watchSignedInUser((id) => {
    // Whose visit this is, is not known before the first bootstrap: that is the cookie's by then.
    const me = session.me();
    if (me && me.id !== id) onSignedOut("ended");
  });
  renewal.start();
  void session.start();
  return {
    session,
    close: () => {
      unwatch();
      unwatchUser();
      renewal.stop();
      session.stop();
      tab.release();
    },
  };
}

/** A connection that this person's tabs share, or one for this tab where a browser can't. */
function connectIn(tab: TabLock, { renew }: Pick<SocketDeps, "renew">, user: () => string) {
  const now = () => performance.now();
  const connectAlone = (handlers: SocketHandlers) =>
    createSocket({ open: openSocket, renew, random: Math.random, now }, handlers);
  const reach = (onFailed: () => void) => connectSharedWorker(user(), tab.name, onFailed);
  const connectShared = (handlers: TabHandlers) =>
    createSharedSocket({ reach, connectAlone }, handlers);
  return typeof SharedWorker === "undefined" ? connectAlone : connectShared;
}
