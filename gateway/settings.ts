import type { ListenAddress } from "@parley/platform/process/setting-fault";
import {
  list,
  optional,
  parseOrigin,
  port,
  string,
  wholeNumber,
} from "@parley/platform/process/setting-readers";
import {
  describeSetting,
  type Setting,
  type Settings as Values,
} from "@parley/platform/process/settings";
import { SHARED_SETTINGS } from "@parley/platform/process/shared-settings";
import { parseNetwork } from "./address/trusted-proxies.ts";

/** An origin; a slash behind it is ignored. */
const serverUrl: Setting<string | undefined> = {
  example: "http://127.0.0.1:8081",
  read: (text) => (text === undefined ? undefined : parseOrigin(text.replace(/\/$/, ""))),
};

/** Every environment variable that the gateway reads. */
export const SETTINGS = {
  ...SHARED_SETTINGS,
  HOST: describeSetting(string("0.0.0.0", "127.0.0.1"), {
    group: "Addresses",
    meaning: "address on which the gateway listens for browsers",
  }),
  GATEWAY_PORT: describeSetting(port(8080), {
    group: "Addresses",
    meaning: "port of the gateway",
  }),
  SERVER_URL: describeSetting(serverUrl, {
    group: "Addresses",
    meaning: "origin at which the gateway reaches the server",
    whenUnset: "`SERVER_PORT` on `127.0.0.1`",
  }),
  TRUSTED_PROXIES: describeSetting(list("10.0.0.0/8,fd00::/8", parseNetwork), {
    group: "Origins and proxies",
    meaning:
      "networks (CIDR) whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted, separated by commas",
  }),
  RATE_LIMIT_RPS: describeSetting(wholeNumber(10, 1, 1_000_000), {
    group: "Limits",
    meaning:
      "maximum requests per second of one address (public routes, requests without a valid token) or one user (all other requests)",
  }),
  RATE_LIMIT_ADDRESS_RPS: describeSetting(optional(wholeNumber(100, 1, 10_000_000)), {
    group: "Limits",
    meaning:
      "maximum requests per second of all signed-in users of one address (IPv6: one /64) together",
    whenUnset: "10 times `RATE_LIMIT_RPS`",
  }),
  RATE_LIMIT_REGISTRATIONS: describeSetting(wholeNumber(60, 1, 1_000_000), {
    group: "Limits",
    meaning: "maximum accounts that one address (IPv6: one /64) creates in an hour",
  }),
  RATE_LIMIT_FILES_RPS: describeSetting(wholeNumber(100, 1, 1_000_000), {
    group: "Limits",
    meaning:
      "maximum requests per second to `GET /service/api/files/*` of one address or user; all signed-in users of one address share 10 times as many",
  }),
  RATE_LIMIT_FRAMES_RPS: describeSetting(optional(wholeNumber(200, 1, 1_000_000)), {
    group: "Limits",
    meaning:
      "frames per second that the gateway accepts from one WebSocket, with a burst of ten seconds’ frames; frames above the rate are queued",
    whenUnset: "20 times `RATE_LIMIT_MESSAGES_RPS`",
  }),
  MAX_CONNECTIONS_PER_USER: describeSetting(wholeNumber(20, 1, 1_000_000), {
    group: "Limits",
    meaning: "maximum open WebSockets of one user",
  }),
  MAX_CONNECTIONS_PER_IP: describeSetting(wholeNumber(200, 1, 1_000_000), {
    group: "Limits",
    meaning: "maximum open WebSockets of one address (IPv6: one /64)",
  }),
};

export type Settings = Values<typeof SETTINGS>;

/** The address and the data folder of a gateway with these settings. */
export function listenAddressOf({ HOST, GATEWAY_PORT, DATA_DIR }: Settings): ListenAddress {
  return {
    host: "HOST",
    hostname: HOST,
    setting: "GATEWAY_PORT",
    port: GATEWAY_PORT,
    dataDir: DATA_DIR,
  };
}
