/** A request of the flood, and the address that it claims to come from. */
export interface SignInAttempt {
  readonly path: "/login" | "/register";
  readonly username: string;
  readonly address: string;
  readonly password?: string;
  /** The device cookie, as `name=value`. */
  readonly cookie?: string | undefined;
}

const IN_FLIGHT = 50;
/** Up to 2,000 attempts a second, 200 times the limit: more would measure the processor that the attack itself takes. */
const PAUSE_MS = 25;

/** Sends a request to the sign-in; the gateway must trust the proxy that this process plays. */
export function signIn(
  url: string,
  { path, username, address, password = "a wrong password", cookie }: SignInAttempt,
): Promise<Response> {
  return fetch(`${url}/service/api${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": address,
      ...(cookie && { cookie }),
    },
    body: JSON.stringify({ username, password }),
  });
}

/**
 * Sends attempts, fifty of them at a time, until the attack is over.
 * @param attempt returns the nth attempt.
 * @returns how often each status was answered.
 */
export async function floodSignIns(
  url: string,
  attempt: (n: number) => SignInAttempt,
  isOver: () => boolean,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  let count = 0;
  async function repeat(): Promise<void> {
    while (!isOver()) {
      const response = await signIn(url, attempt(count++));
      await response.arrayBuffer();
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      await Bun.sleep(PAUSE_MS);
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, repeat));
  return statuses;
}

/** The nth IPv6 /64 of an attacker who has many. */
export function addressOf(n: number): string {
  return `2001:db8:${((n >> 16) & 0xffff).toString(16)}:${(n & 0xffff).toString(16)}::1`;
}

/** The cookie by which a response makes the browser known, as `name=value`. */
export function deviceCookieOf(response: Response): string {
  const found = response.headers.getSetCookie().find((cookie) => cookie.startsWith("device="));
  return found?.split(";")[0] ?? "";
}
