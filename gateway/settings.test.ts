import { expect, test } from "bun:test";
import { readSettings, type SettingsError } from "@parley/platform/process/settings";
import { SETTINGS } from "./settings.ts";

const read = (env: Record<string, string>) => readSettings(SETTINGS, env);

function faults(env: Record<string, string>): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    return (error as SettingsError).faults;
  }
}

test("Every setting is optional", () => {
  expect(read({})).toMatchObject({
    HOST: "127.0.0.1",
    GATEWAY_PORT: 8080,
    SERVER_PORT: 8081,
    SERVER_URL: undefined,
    RATE_LIMIT_RPS: 10,
    RATE_LIMIT_FILES_RPS: 100,
    LOG_LEVEL: "info",
  });
});

test("SERVER_URL may end in a slash and may have no path", () => {
  expect(read({ SERVER_URL: "http://server:8081/" }).SERVER_URL).toBe("http://server:8081");
  expect(faults({ SERVER_URL: "http://server:8081/api" })).toHaveLength(1);
});

test.each([
  ["GATEWAY_PORT", "0"],
  ["RATE_LIMIT_RPS", "ten"],
  ["RATE_LIMIT_FILES_RPS", "-1"],
  ["JWT_SECRET", "short"],
  ["JWT_SECRET_PREVIOUS", "short"],
  ["PUBLIC_ORIGIN", "chat.example"],
  ["CORS_ORIGINS", "https://a.example, b.example"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["METRICS_TOKEN", "two words"],
  ["LOG_LEVEL", "loud"],
])("The setting %s=%s is refused in one line with the name and an example", (name, value) => {
  const lines = faults({ [name]: value });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toStartWith(`${name} `);
  expect(lines[0]).toContain(`for example ${name}=`);
});
