import type { ListenAddress } from "@parley/platform/process/setting-fault";
import { duration, optional, string, url } from "@parley/platform/process/setting-readers";
import { describeSetting, type Settings } from "@parley/platform/process/settings";
import { SHARED_SETTINGS } from "@parley/platform/process/shared-settings";

/** Every environment variable that the server reads. */
export const SETTINGS = {
  ...SHARED_SETTINGS,
  SERVER_HOST: describeSetting(string("127.0.0.1", "127.0.0.1"), {
    group: "Addresses",
    meaning: "address on which the server listens; only the gateway needs to reach it",
  }),
  DATABASE_URL: describeSetting(
    optional(
      url("postgres://parley:secret@localhost:5432/parley", ["postgres:", "postgresql:"], {
        credentials: true,
      }),
    ),
    {
      group: "Database",
      meaning: "URL of a PostgreSQL database, version 15 or newer",
      whenUnset: "the embedded PostgreSQL in `DATA_DIR`",
    },
  ),
  S3_ENDPOINT: describeSetting(optional(url("http://localhost:9000", ["http:", "https:"])), {
    group: "Object store",
    meaning:
      "URL of an S3-compatible store, such as MinIO; requires `S3_ACCESS_KEY` and `S3_SECRET_KEY`",
    whenUnset: "a folder in `DATA_DIR`",
  }),
  S3_ACCESS_KEY: describeSetting(optional(string("parley")), {
    group: "Object store",
    meaning: "access key of the store",
  }),
  S3_SECRET_KEY: describeSetting(optional(string("a-long-secret")), {
    group: "Object store",
    meaning: "secret key of the store",
  }),
  S3_BUCKET: describeSetting(string("parley", "parley"), {
    group: "Object store",
    meaning: "bucket; created if it does not exist",
  }),
  S3_REGION: describeSetting(string("us-east-1", "us-east-1"), {
    group: "Object store",
    meaning: "region of the store",
  }),
  // Browsers keep no cookie for longer than 400 days (RFC 6265bis, 5.5), and Hono refuses to set one.
  SESSION_TTL: describeSetting(duration("7d", { max: "400d" }), {
    group: "Sessions",
    meaning:
      "lifetime of a session after its start or its last renewal, such as `90s`, `15m`, `12h` or `7d`, up to `400d`",
  }),
};

export type ServerSettings = Settings<typeof SETTINGS>;

/** Finds faults of settings that depend on each other. */
export function incompleteSettings(settings: ServerSettings): string[] {
  const { S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY } = settings;
  return S3_ENDPOINT && !(S3_ACCESS_KEY && S3_SECRET_KEY)
    ? [
        "S3_ACCESS_KEY and S3_SECRET_KEY must be set beside S3_ENDPOINT, for example S3_ACCESS_KEY=parley",
      ]
    : [];
}

/** The address and the data folder of a server with these settings. */
export function listenAddressOf({
  SERVER_HOST,
  SERVER_PORT,
  DATA_DIR,
}: ServerSettings): ListenAddress {
  return {
    host: "SERVER_HOST",
    hostname: SERVER_HOST,
    setting: "SERVER_PORT",
    port: SERVER_PORT,
    dataDir: DATA_DIR,
  };
}
