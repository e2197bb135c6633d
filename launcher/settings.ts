import { readSettingsOrExit, type Settings } from "@parley/platform/process/settings";
import { SETTINGS as GATEWAY_SETTINGS } from "../gateway/settings.ts";
import { incompleteSettings, SETTINGS as SERVER_SETTINGS } from "../server/settings.ts";
import { obstacles } from "./preflight.ts";

/** What both processes will read: checked here first, so that each fault is told once, and all together. */
const ALL_SETTINGS = { ...GATEWAY_SETTINGS, ...SERVER_SETTINGS };

export type LauncherSettings = Settings<typeof ALL_SETTINGS>;

export function readLauncherSettings(): LauncherSettings {
  return readSettingsOrExit(ALL_SETTINGS, process.env, (settings) => [
    ...incompleteSettings(settings),
    ...obstacles(settings),
  ]);
}
