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
  begin(await request("/login", { method: "POST", json: credentials }));
}

export async function createAccount(account: NewAccount): Promise<void> {
  begin(await request("/register", { method: "POST", json: account }));
}

function begin(answer: unknown): void {
  if (!isRecord(answer)) return;
  const { expiresAt, user } = answer;
  const storage = deviceStorage();
  if (typeof expiresAt === "string") storeTokenExpiry(storage, expiresAt, Date.now());
  if (isRecord(user) && typeof user["id"] === "string") storeSignedInUser(storage, user["id"]);
}
