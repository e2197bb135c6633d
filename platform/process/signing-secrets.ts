import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Secrets } from "../http/token.ts";
import type { Setting } from "./settings.ts";

const MIN_BYTES = 32;

/** The setting of a secret for signatures: at least 32 bytes, which RFC 7518, 3.2 requires for HS256. */
export const signingSecret: Setting<string | undefined> = {
  example: "$(openssl rand -base64 48)",
  read(text) {
    if (text !== undefined && Buffer.byteLength(text) < MIN_BYTES)
      throw new Error(`must be at least ${MIN_BYTES} bytes long`);
    return text;
  },
};

/** The setting of a token for an `Authorization: Bearer` header (RFC 6750, 2.1). */
export const bearerSecret: Setting<string> = {
  example: "$(openssl rand -hex 24)",
  read(text = "") {
    if (!/^[\w.~+/-]+=*$/.test(text)) throw new Error("may hold only letters, digits and -._~+/=");
    return text;
  },
};

interface SecretSettings {
  readonly DATA_DIR: string;
  readonly JWT_SECRET: string | undefined;
  readonly JWT_SECRET_PREVIOUS: string | undefined;
}

/** Returns the current secret (configured, or stored in `DATA_DIR`), then the previous one if it is set. */
export function signingSecrets(settings: SecretSettings): Secrets {
  const current = settings.JWT_SECRET ?? storedSecret(settings.DATA_DIR);
  const previous = settings.JWT_SECRET_PREVIOUS;
  return previous === undefined ? [current] : [current, previous];
}

/** Reads the secret stored in `dataDir`, or creates it. If two processes start at once, only one of them creates the secret. */
function storedSecret(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, "jwt-secret");
  try {
    writeFileSync(path, randomBytes(48).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const secret = readFileSync(path, "utf8").trim();
  if (Buffer.byteLength(secret) < MIN_BYTES)
    throw new Error(`${path} holds no complete secret: remove the file, and a new one is created`);
  return secret;
}
