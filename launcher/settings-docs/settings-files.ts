import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckResult } from "../check-result.ts";
import { settingGroups } from "./documented-settings.ts";
import { envExample } from "./env-example.ts";
import { settingsPage } from "./settings-page.ts";

/** Writes the files that are generated from the settings. */
export function writeSettingsFiles(root: string): void {
  for (const [path, text] of Object.entries(generated())) writeFileSync(join(root, path), text);
}

/** Checks that the files that are generated from the settings are up to date. */
export function checkSettingsFiles(root: string): CheckResult {
  const stale = Object.entries(generated()).filter(
    ([path, text]) => readFileSync(join(root, path), "utf8") !== text,
  );
  return {
    name: "documentation of the settings",
    passed: stale.length === 0,
    output: stale.map(([path]) => `${path} is out of date: run “bun run settings”`).join("\n"),
  };
}

function generated(): Record<string, string> {
  const groups = settingGroups();
  return { "docs/settings.md": settingsPage(groups), ".env.example": envExample(groups) };
}
