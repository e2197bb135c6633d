import { describe, expect, test } from "bun:test";
import { settingGroups } from "./documented-settings.ts";
import { envExample } from "./env-example.ts";
import { settingsPage } from "./settings-page.ts";

const read = (text: string | undefined) => text;
const GROUPS = [
  {
    name: "Sessions",
    settings: [
      {
        name: "SESSION_TTL",
        group: "Sessions",
        readBy: ["server"],
        meaning: "time as `7d`",
        example: "7d",
        default: "7d",
        read,
      },
      {
        name: "JWT_SECRET",
        group: "Sessions",
        readBy: ["gateway", "server"],
        meaning: "secret",
        whenUnset: "generated",
        example: "$(openssl rand -hex 24)",
        read,
      },
    ],
  },
] as const;

describe("settingGroups", () => {
  const settings = settingGroups().flatMap((group) => group.settings);

  test("Each setting has one entry and names the processes that read it", () => {
    const readBy = new Map(settings.map((setting) => [setting.name, setting.readBy]));
    expect(readBy.size).toBe(settings.length);
    expect(readBy.get("HOST")).toEqual(["gateway"]);
    expect(readBy.get("SERVER_HOST")).toEqual(["server"]);
    expect(readBy.get("LOG_LEVEL")).toEqual(["gateway", "server"]);
  });

  test("Each default and each example that is no command is accepted by its own setting", () => {
    for (const { read: parse, default: text, example } of settings)
      for (const value of [text, example])
        if (value?.startsWith("$(") === false) expect(() => parse(value)).not.toThrow();
  });
});

test("The page shows the default of a setting, or the effect of no value beside an example", () => {
  const page = settingsPage(GROUPS);
  expect(page).toContain("## Sessions");
  expect(page).toContain("| `SESSION_TTL` | `7d` | server | time as `7d` |");
  expect(page).toContain(
    "| `JWT_SECRET` | unset: generated; for example `$(openssl rand -hex 24)` | gateway, server | secret |",
  );
});

test("The example of an environment sets no variable, and has no command as a value", () => {
  const lines = envExample(GROUPS).split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  expect(lines).toContain("# Time as 7d.");
  expect(lines).toContain("#SESSION_TTL=7d");
  expect(lines).toContain("# Secret. Unset: generated. Generate with: openssl rand -hex 24.");
  expect(lines).toContain("#JWT_SECRET=");
});
