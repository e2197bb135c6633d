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
      "folder of the embedded database, of stored objects and of the generated secret, each unless another setting places it elsewhere",
  }),
  SERVER_PORT: describeSetting(port(8081), {
    group: "Addresses",
    meaning: "port of the server",
  }),
  JWT_SECRET: describeSetting(signingSecret, {
    group: "Sessions",
    meaning: "secret that signs the tokens of sessions, at least 32 bytes long",
    whenUnset: "generated once and kept in `DATA_DIR`, mode 0600",
  }),
  JWT_SECRET_PREVIOUS: describeSetting(signingSecret, {
    group: "Sessions",
    meaning:
      "previous secret: tokens that it signed stay valid until they expire (`docs/operations.md`, “Rotating the secret”)",
  }),
  PUBLIC_ORIGIN: describeSetting(optional(origin("https://chat.example.org")), {
    group: "Origins and proxies",
    meaning:
      "origin that browsers see, for the checks of origins (CSRF, WebSocket) and for `Secure` cookies; to be set behind a proxy",
    whenUnset: "the host of each request; `X-Forwarded-Proto` of a trusted proxy tells HTTPS",
  }),
  CORS_ORIGINS: describeSetting(list("https://app.example.org", parseOrigin), {
    group: "Origins and proxies",
    meaning: "other origins, with commas between them, whose pages may call the API",
  }),
  RATE_LIMIT_MESSAGES_RPS: describeSetting(wholeNumber(10, 1, 1_000_000), {
    group: "Limits",
    meaning: "messages per second that one user may send",
  }),
  METRICS_TOKEN: describeSetting(optional(bearerSecret), {
    group: "Operation",
    meaning: "bearer token that both `/metrics` require in `Authorization`",
    whenUnset: "the metrics are open",
  }),
  LOG_LEVEL: describeSetting(oneOf(LOG_LEVELS, "info"), {
    group: "Operation",
    meaning: `least level of the JSON lines on stdout: ${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}`,
  }),
};
