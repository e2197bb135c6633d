import { LOG_LEVELS } from "@parley/platform/process/log";
import type { ListenAddress } from "@parley/platform/process/setting-fault";
import {
  list,
  oneOf,
  optional,
  origin,
  parseOrigin,
  port,
  type Setting,
  string,
  type Settings as Values,
  wholeNumber,
} from "@parley/platform/process/settings";
import { bearerSecret, signingSecret } from "@parley/platform/process/signing-secrets";
import { parseNetwork } from "./address/trusted-proxies.ts";

/** Where the server listens; a slash at the end is no path. */
const serverUrl: Setting<string | undefined> = {
  example: "http://127.0.0.1:8081",
  read: (text) => (text === undefined ? undefined : parseOrigin(text.replace(/\/$/, ""))),
};

/** Every environment variable that the gateway reads. */
export const SETTINGS = {
  HOST: string("0.0.0.0", "127.0.0.1"),
  GATEWAY_PORT: port(8080),
  SERVER_PORT: port(8081),
  SERVER_URL: serverUrl,
  DATA_DIR: string("./data", "./data"),
  JWT_SECRET: signingSecret,
  JWT_SECRET_PREVIOUS: signingSecret,
  PUBLIC_ORIGIN: optional(origin("https://chat.example.org")),
  CORS_ORIGINS: list("https://app.example.org,https://tools.example.org", parseOrigin),
  TRUSTED_PROXIES: list("10.0.0.0/8,fd00::/8", parseNetwork),
  RATE_LIMIT_RPS: wholeNumber(10, 1, 1_000_000),
  RATE_LIMIT_FILES_RPS: wholeNumber(100, 1, 1_000_000),
  RATE_LIMIT_MESSAGES_RPS: wholeNumber(10, 1, 1_000_000),
  RATE_LIMIT_FRAMES_RPS: optional(wholeNumber(200, 1, 1_000_000)),
  MAX_CONNECTIONS_PER_USER: wholeNumber(20, 1, 1_000_000),
  MAX_CONNECTIONS_PER_IP: wholeNumber(200, 1, 1_000_000),
  DRAIN_MS: wholeNumber(250, 0, 10_000),
  METRICS_TOKEN: optional(bearerSecret),
  LOG_LEVEL: oneOf(LOG_LEVELS, "info"),
};

export type Settings = Values<typeof SETTINGS>;

/** Where a gateway with these settings listens, and keeps its secret. */
export function placeOf({ HOST, GATEWAY_PORT, DATA_DIR }: Settings): ListenAddress {
  return {
    host: "HOST",
    hostname: HOST,
    setting: "GATEWAY_PORT",
    port: GATEWAY_PORT,
    dataDir: DATA_DIR,
  };
}
