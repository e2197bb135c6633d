import { type DescribedSetting, SETTING_GROUPS } from "@parley/platform/process/settings";
import { SETTINGS as GATEWAY_SETTINGS } from "../../gateway/settings.ts";
import { SETTINGS as SERVER_SETTINGS } from "../../server/settings.ts";

/** A setting as the documentation shows it. */
export interface DocumentedSetting extends DescribedSetting<unknown> {
  readonly name: string;
  readonly readBy: readonly ("gateway" | "server")[];
}

export interface SettingGroup {
  readonly name: string;
  readonly settings: readonly DocumentedSetting[];
}

const PROCESSES: Readonly<
  Record<"gateway" | "server", Readonly<Record<string, DescribedSetting<unknown>>>>
> = { gateway: GATEWAY_SETTINGS, server: SERVER_SETTINGS };

/** Variables that `docker-compose.yml` alone reads, with their meanings. */
export const COMPOSE_VARIABLES = {
  POSTGRES_PASSWORD:
    "password of the database; letters and digits only, because the password is part of a URL",
  GRAFANA_PASSWORD: "password of Grafana’s administrator",
};

/** Lists the settings of both processes by their groups, each setting once. */
export function settingGroups(): SettingGroup[] {
  const settings = Object.entries({ ...GATEWAY_SETTINGS, ...SERVER_SETTINGS }).map(
    ([name, setting]): DocumentedSetting => ({ ...setting, name, readBy: readersOf(name) }),
  );
  return SETTING_GROUPS.map((name) => ({
    name,
    settings: settings.filter(({ group }) => group === name),
  }));
}

function readersOf(name: string): ("gateway" | "server")[] {
  return (["gateway", "server"] as const).filter((process) => name in PROCESSES[process]);
}
