import { type Credentials, Username } from "@parley/contracts/users";
import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import { type InferOutput, is } from "valibot";
import { clientAddress } from "../http/client-address.ts";
import type { UserStore } from "../users/user-store.ts";
import type { DeviceCookie } from "./device-cookie.ts";
import type { LoginCounts } from "./login-counts.ts";
import { throttleAttempt } from "./login-throttle.ts";
import type { Passwords } from "./passwords.ts";

interface CredentialCheckDeps {
  accounts: Pick<UserStore, "findAccount">;
  passwords: Pick<Passwords, "verify">;
  counts: Pick<LoginCounts, "ofDevice" | "ofStranger">;
  device: Pick<DeviceCookie, "read">;
}

/**
 * Creates the check of a username and a password. An account that does not exist, or a name that none
 * can have, is answered like a wrong password, after the same work.
 */
export function createCredentialCheck({
  accounts,
  passwords,
  counts,
  device,
}: CredentialCheckDeps) {
  /**
   * @returns the account.
   * @throws Refusal `invalid_credentials`, or `rate_limited` when the attempt has to wait.
   */
  return async function checkCredentials(
    c: Context,
    { username, password }: InferOutput<typeof Credentials>,
  ) {
    const name = is(Username, username) ? username : undefined;
    const account = name === undefined ? undefined : await accounts.findAccount(name);
    const knownDevice = device.read(c, account);
    const purpose = knownDevice === null ? "sign_in" : "known_sign_in";
    const verified = await throttleAttempt(
      knownDevice === null
        ? counts.ofStranger(name, clientAddress(c))
        : counts.ofDevice(knownDevice),
      async () => {
        const request = { purpose, signal: c.req.raw.signal } as const;
        const matches = await passwords.verify(password, account?.password_hash, request);
        return account && matches ? account : null;
      },
    );
    if (!verified) throw new Refusal("invalid_credentials");
    return verified;
  };
}
