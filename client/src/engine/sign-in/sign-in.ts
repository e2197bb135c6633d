import { request } from "../api/browser-request.ts";
import { isRecord } from "../api/read-problem.ts";
import { deviceStorage } from "../storage/device-storage.ts";
import { storeSignedInUser } from "./signed-in-user.ts";
import { storeTokenExpiry } from "./token-expiry.ts";

export interface NewAccount {
  username: string;
  password: string;
  displayName?: string;
}

export async function signIn(credentials: { username: string; password: string }): Promise<void> {
  storeSession(await request("POST /service/api/login", { json: credentials }));
}

export async function createAccount(account: NewAccount): Promise<void> {
  storeSession(await request("POST /service/api/register", { json: account }));
}

/** Stores who is signed in and until when, for all tabs. */
function storeSession(response: unknown): void {
  if (!isRecord(response)) return;
  const { expiresAt, user } = response;
  const storage = deviceStorage();
  if (typeof expiresAt === "string") storeTokenExpiry(storage, expiresAt, Date.now());
  if (isRecord(user) && typeof user["id"] === "string") storeSignedInUser(storage, user["id"]);
}
