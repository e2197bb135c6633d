import { join } from "node:path";
import { signToken } from "@parley/platform/http/token";
import { createLog, type Log } from "@parley/platform/process/log";
import { createBunEnd } from "../bun/bun-end.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import type { Settings } from "../settings.ts";
import { SECRET } from "./fake-server.ts";

const CLIENT_FOLDER = join(import.meta.dir, "../../client/dist");
export const USER = "0197aaaa-0000-7000-8000-000000000001";
const SESSION = "0197bbbb-0000-7000-8000-000000000001";

export interface TestGatewayOptions {
  readonly clientFolder?: string;
  readonly heartbeatMs?: number;
}

/** Starts a gateway for a test, on a free port, in front of the server at `serverUrl`. */
export function startTestGateway(
  serverUrl: string,
  changes: Partial<Settings> = {},
  options: TestGatewayOptions = {},
): Promise<Gateway> {
  const settings = testSettings(serverUrl, changes);
  return start(settings, createLog("gateway", settings.LOG_LEVEL), options);
}

/** Starts a gateway whose lines with a code a test can read, by their level. */
export async function startLoggingGateway(serverUrl: string, changes: Partial<Settings> = {}) {
  const written: { level: string }[] = [];
  const out = {
    write: (text: string) =>
      written.push(
        ...text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as { level: string }),
      ),
  };
  const settings = testSettings(serverUrl, changes);
  const gateway = await start(settings, createLog("gateway", "warn", out), {});
  return Object.assign(gateway, {
    lines: (level: string) => written.filter((line) => line.level === level && "code" in line),
  });
}

function start(
  settings: Settings,
  log: Log,
  { clientFolder = CLIENT_FOLDER, ...options }: TestGatewayOptions,
): Promise<Gateway> {
  return startGateway(settings, log, {
    createEnd: (...args) => createBunEnd(...args, options),
    clientFolder,
  });
}

function testSettings(serverUrl: string, changes: Partial<Settings>): Settings {
  return {
    HOST: "127.0.0.1",
    GATEWAY_PORT: 0,
    SERVER_PORT: 1,
    SERVER_URL: serverUrl,
    DATA_DIR: "/nowhere",
    JWT_SECRET: SECRET,
    JWT_SECRET_PREVIOUS: undefined,
    PUBLIC_ORIGIN: undefined,
    CORS_ORIGINS: [],
    TRUSTED_PROXIES: [],
    RATE_LIMIT_RPS: 1_000_000,
    RATE_LIMIT_ADDRESS_RPS: undefined,
    RATE_LIMIT_REGISTRATIONS: 1_000_000,
    RATE_LIMIT_FILES_RPS: 1_000_000,
    RATE_LIMIT_MESSAGES_RPS: 1_000_000,
    RATE_LIMIT_FRAMES_RPS: undefined,
    MAX_CONNECTIONS_PER_USER: 1_000_000,
    MAX_CONNECTIONS_PER_IP: 1_000_000,
    DRAIN_MS: 0,
    METRICS_TOKEN: undefined,
    LOG_LEVEL: "silent",
    ...changes,
  };
}

export function tokenOf(user = USER, { secret = SECRET, seconds = 60 } = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return signToken({ sub: user, sid: SESSION, iat: now - 1, exp: now + seconds }, secret);
}

export async function bearer(user = USER): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await tokenOf(user)}` };
}
