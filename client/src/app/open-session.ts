import { createApi } from "../engine/api/api.ts";
import { request } from "../engine/api/browser-request.ts";
import type { SignedOutReason } from "../engine/session/connection.ts";
import { createSession, type Session } from "../engine/session/session.ts";
import { watchSignedInUser } from "../engine/sign-in/signed-in-user.ts";
import { clearTokenExpiry } from "../engine/sign-in/token-expiry.ts";
import { createRenewal } from "../engine/sign-in/token-renewal.ts";
import { connectSharedWorker } from "../engine/socket/connect-shared-worker.ts";
import { findRefusal } from "../engine/socket/find-refusal.ts";
import { openSocket } from "../engine/socket/open-socket.ts";
import { createSharedSocket, type TabHandlers } from "../engine/socket/shared-socket.ts";
import { createSocket, type SocketDeps, type SocketHandlers } from "../engine/socket/socket.ts";
import { holdTabLock, type TabLock } from "../engine/socket/tab-lock.ts";
import { isPageVisible, watchVisibility } from "../engine/socket/visibility.ts";
import { deviceStorage } from "../engine/storage/device-storage.ts";
import { isAttended } from "../ui/attention.ts";

/**
 * Creates the session of the page from the APIs of the browser, and starts it.
 * @param onSignedOut is called once the user is signed out here, with the reason.
 * @returns the session, and `close`, which stops all that was started.
 */
export function openSession(onSignedOut: (reason: SignedOutReason) => void): {
  session: Session;
  close: () => void;
} {
  const storage = deviceStorage();
  const wallClock = () => Date.now();
  const signedOut = (reason: SignedOutReason) => {
    clearTokenExpiry(storage);
    onSignedOut(reason);
  };
  const tab = holdTabLock(navigator.locks);
  const api = createApi(request, () => signedOut("ended"));
  const renewal = createRenewal({ api, storage, now: wallClock });
  const session = createSession({
    api,
    storage,
    database: globalThis.indexedDB,
    tab,
    now: () => performance.now(),
    wallClock,
    random: Math.random,
    isAttended,
    onSignedOut: signedOut,
    findRefusal: () => findRefusal((url, init) => fetch(url, init)),
    connect: connectIn(tab, renewal, () => session.me()?.id ?? ""),
  });
  const unwatch = watchVisibility({
    onVisible: session.connection.setVisible,
    onOnline: session.connection.wake,
    onOffline: session.connection.markLost,
  });
  // The token is the other user's then, and must stay.
  const unwatchUser = watchSignedInUser((id) => {
    // Before the first bootstrap the session has no user yet: it will be the user of the cookie.
    const me = session.me();
    if (me && me.id !== id) onSignedOut("ended");
  });
  if (!isPageVisible()) session.connection.setVisible(false);
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

/** One connection for all tabs of the user, or one for this tab in a browser without shared workers. */
function connectIn(tab: TabLock, { renew }: Pick<SocketDeps, "renew">, user: () => string) {
  const now = () => performance.now();
  const connectAlone = (handlers: SocketHandlers) =>
    createSocket({ open: openSocket, renew, random: Math.random, now }, handlers);
  const connectWorker = (onFailed: () => void) => connectSharedWorker(user(), tab.name, onFailed);
  const connectShared = (handlers: TabHandlers) =>
    createSharedSocket({ connectWorker, connectAlone }, handlers);
  return typeof SharedWorker === "undefined" ? connectAlone : connectShared;
}
