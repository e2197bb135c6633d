import { LOG_LEVELS } from "@parley/platform/log";
import {
  oneOf,
  optional,
  origin,
  port,
  readSettingsOrExit,
  type Settings,
  string,
} from "@parley/platform/settings";

/** What the launcher itself must know of the two processes' settings. */
const LAUNCHER_SETTINGS = {
  HOST: string("127.0.0.1", "127.0.0.1"),
  GATEWAY_PORT: port(8080),
  SERVER_HOST: string("127.0.0.1", "127.0.0.1"),
  SERVER_PORT: port(8081),
  PUBLIC_ORIGIN: optional(origin("https://chat.example.org")),
  LOG_LEVEL: oneOf(LOG_LEVELS, "info"),
};

export type LauncherSettings = Settings<typeof LAUNCHER_SETTINGS>;

export function readLauncherSettings(): LauncherSettings {
  return readSettingsOrExit(LAUNCHER_SETTINGS);
}
