/**
 * The name of the cookie by which a browser is known in which a user signed in before. The prefix has
 * the purpose that `sessionCookieName` explains.
 */
export function deviceCookieName(https: boolean): string {
  return https ? "__Host-device" : "device";
}
