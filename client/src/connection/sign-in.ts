import { request } from "./browser-request.ts";
import { deviceStorage } from "./device-storage.ts";
import { isRecord } from "./read-problem.ts";

import { noteToken } from "./token-life.ts";

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
  const expiresAt = isRecord(answer) ? answer["expiresAt"] : null;
  if (typeof expiresAt === "string") noteToken(deviceStorage(), expiresAt, Date.now());
}
