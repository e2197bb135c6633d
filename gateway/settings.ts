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
      "networks (CIDR), with commas between them, whose `X-Forwarded-For` and `X-Forwarded-Proto` are trusted",
  }),
  RATE_LIMIT_RPS: describeSetting(wholeNumber(10, 1, 1_000_000), {
    group: "Limits",
    meaning: "requests per second, for each address (public routes) or user (all others)",
  }),
  RATE_LIMIT_FILES_RPS: describeSetting(wholeNumber(100, 1, 1_000_000), {
    group: "Limits",
    meaning: "requests per second for `GET /service/api/files/*`, for each address or user",
  }),
  RATE_LIMIT_FRAMES_RPS: describeSetting(optional(wholeNumber(200, 1, 1_000_000)), {
    group: "Limits",
    meaning:
      "frames per second that one WebSocket may send; ten seconds’ worth may come at once, faster ones wait",
    whenUnset: "20 times `RATE_LIMIT_MESSAGES_RPS`",
  }),
  MAX_CONNECTIONS_PER_USER: describeSetting(wholeNumber(20, 1, 1_000_000), {
    group: "Limits",
    meaning: "WebSockets that one user may have open at once",
  }),
  MAX_CONNECTIONS_PER_IP: describeSetting(wholeNumber(200, 1, 1_000_000), {
    group: "Limits",
    meaning: "WebSockets that one address (IPv6: one /64) may have open at once",
  }),
  DRAIN_MS: describeSetting(wholeNumber(250, 0, 10_000), {
    group: "Operation",
    meaning:
      "milliseconds for which `/readyz` of a gateway that stops answers no before its sockets are closed",
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
