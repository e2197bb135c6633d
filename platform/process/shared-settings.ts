import { LOG_LEVELS } from "./log.ts";
import {
  list,
  oneOf,
  optional,
  origin,
  parseOrigin,
  port,
  string,
  wholeNumber,
} from "./setting-readers.ts";
import { describeSetting } from "./settings.ts";
import { bearerSecret, signingSecret } from "./signing-secrets.ts";

/** The environment variables that gateway and server both read, and must be given alike. */
export const SHARED_SETTINGS = {
  DATA_DIR: describeSetting(string("./data", "./data"), {
    group: "Data folder",
    meaning:
      "folder of the embedded database, the stored objects and the generated secret, unless another setting replaces them",
  }),
  SERVER_PORT: describeSetting(port(8081), {
    group: "Addresses",
    meaning: "port of the server",
  }),
  JWT_SECRET: describeSetting(signingSecret, {
    group: "Sessions",
    meaning: "secret that signs the tokens of sessions and of the link, at least 32 bytes long",
    whenUnset: "generated once and stored in `DATA_DIR` with mode 0600",
  }),
  JWT_SECRET_PREVIOUS: describeSetting(signingSecret, {
    group: "Sessions",
    meaning:
      "previous secret, whose tokens stay valid until they expire (`docs/operations.md`, “Rotating the secret”)",
  }),
  PUBLIC_ORIGIN: describeSetting(optional(origin("https://chat.example.org")), {
    group: "Origins and proxies",
    meaning:
      "origin that browsers use; decides which requests are cross-site (CSRF, WebSocket) and whether cookies are `Secure`; set this variable behind a proxy",
    whenUnset:
      "the host of each request, with HTTPS if `X-Forwarded-Proto` of a trusted proxy states HTTPS",
  }),
  CORS_ORIGINS: describeSetting(list("https://app.example.org", parseOrigin), {
    group: "Origins and proxies",
    meaning: "other origins whose pages may call the API, separated by commas",
  }),
  RATE_LIMIT_MESSAGES_RPS: describeSetting(wholeNumber(10, 1, 1_000_000), {
    group: "Limits",
    meaning: "maximum messages per second of one user",
  }),
  METRICS_TOKEN: describeSetting(optional(bearerSecret), {
    group: "Operation",
    meaning: "bearer token that the metrics routes of both processes require in `Authorization`",
    whenUnset:
      "the metrics need no token, and show a keyed hash of each user ID in place of the ID",
  }),
  DRAIN_MS: describeSetting(wholeNumber(250, 0, 120_000), {
    group: "Operation",
    meaning:
      "milliseconds for which a stopping process returns 503 at its readiness route and serves all other requests, before it closes its sockets; up to 120000",
  }),
  LOG_LEVEL: describeSetting(oneOf(LOG_LEVELS, "info"), {
    group: "Operation",
    meaning: `lowest level of the log lines (JSON on stdout): ${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}`,
  }),
};
