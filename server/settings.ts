import { LOG_LEVELS } from "@parley/platform/process/log";
import type { ListenAddress } from "@parley/platform/process/setting-fault";
import {
  duration,
  list,
  oneOf,
  optional,
  origin,
  parseOrigin,
  port,
  type Settings,
  string,
  url,
  wholeNumber,
} from "@parley/platform/process/settings";
import { bearerSecret, signingSecret } from "@parley/platform/process/signing-secrets";

/** What the server reads from its environment; the contract's table of settings explains each. */
export const SETTINGS = {
  DATA_DIR: string("/var/lib/parley", "./data"),
  SERVER_HOST: string("127.0.0.1", "127.0.0.1"),
  SERVER_PORT: port(8081),
  DATABASE_URL: optional(
    url("postgres://parley:secret@localhost:5432/parley", ["postgres:", "postgresql:"], {
      credentials: true,
    }),
  ),
  S3_ENDPOINT: optional(url("http://localhost:9000", ["http:", "https:"])),
  S3_ACCESS_KEY: optional(string("parley")),
  S3_SECRET_KEY: optional(string("a-long-secret")),
  S3_BUCKET: string("parley", "parley"),
  S3_REGION: string("us-east-1", "us-east-1"),
  JWT_SECRET: signingSecret,
  JWT_SECRET_PREVIOUS: signingSecret,
  // Browsers keep no cookie longer (RFC 6265bis, 5.5), and Hono refuses to set one.
  SESSION_TTL: duration("7d", { max: "400d" }),
  PUBLIC_ORIGIN: optional(origin("https://chat.example.org")),
  CORS_ORIGINS: list("https://app.example.org", parseOrigin),
  RATE_LIMIT_MESSAGES_RPS: wholeNumber(10, 1, 1_000_000),
  METRICS_TOKEN: optional(bearerSecret),
  LOG_LEVEL: oneOf(LOG_LEVELS, "info"),
};

export type ServerSettings = Settings<typeof SETTINGS>;

/** Finds what is wrong with settings that must come together. */
export function incompleteSettings(settings: ServerSettings): string[] {
  const { S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY } = settings;
  return S3_ENDPOINT && !(S3_ACCESS_KEY && S3_SECRET_KEY)
    ? [
        "S3_ACCESS_KEY and S3_SECRET_KEY must be set beside S3_ENDPOINT, for example S3_ACCESS_KEY=parley",
      ]
    : [];
}

/** Where a server with these settings listens, and keeps what it keeps. */
export function placeOf({ SERVER_HOST, SERVER_PORT, DATA_DIR }: ServerSettings): ListenAddress {
  return {
    host: "SERVER_HOST",
    hostname: SERVER_HOST,
    setting: "SERVER_PORT",
    port: SERVER_PORT,
    dataDir: DATA_DIR,
  };
}
