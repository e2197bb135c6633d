import { readSettingsOrExit, type Settings } from "@parley/platform/process/settings";
import { SETTINGS as GATEWAY_SETTINGS } from "../gateway/settings.ts";
import { incompleteSettings, SETTINGS as SERVER_SETTINGS } from "../server/settings.ts";

/** The settings of both processes: the launcher checks them first, so that each fault is printed once. */
const ALL_SETTINGS = { ...GATEWAY_SETTINGS, ...SERVER_SETTINGS };

export type LauncherSettings = Settings<typeof ALL_SETTINGS>;

/**
 * Reads the settings, or ends the process with a line for each fault.
 * @param preflight finds faults that only this machine shows, as an address that is another's.
 */
export function readLauncherSettings(
  preflight: (settings: LauncherSettings) => string[],
): LauncherSettings {
  return readSettingsOrExit(ALL_SETTINGS, process.env, (settings) => [
    ...incompleteSettings(settings),
    ...preflight(settings),
  ]);
}
