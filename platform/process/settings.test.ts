import { expect, test } from "bun:test";
import {
  duration,
  list,
  oneOf,
  optional,
  origin,
  parseOrigin,
  port,
  url,
} from "./setting-readers.ts";
import { readSettings, type SettingsError } from "./settings.ts";

const declared = {
  PORT: port(8080),
  TTL: duration("7d", { max: "400d" }),
  LEVEL: oneOf(["info", "debug"], "info"),
  STORE: optional(url("http://localhost:9000", ["http:", "https:"])),
  ORIGIN: optional(origin("https://chat.example.org")),
  ORIGINS: list("https://a.example", parseOrigin),
};

test("Unset and empty variables have their defaults", () => {
  expect(readSettings(declared, { PORT: "" })).toEqual({
    PORT: 8080,
    TTL: 7 * 86_400_000,
    LEVEL: "info",
    STORE: undefined,
    ORIGIN: undefined,
    ORIGINS: [],
  });
});

test("Every wrong variable is named at once, with an example, and never with its value", () => {
  const env = {
    PORT: "70000",
    TTL: "soon",
    LEVEL: "loud",
    STORE: "ftp://secret@host",
    ORIGIN: "https://chat.example.org/path",
    ORIGINS: "https://a.example, b.example",
  };
  try {
    readSettings(declared, env);
    throw new Error("it read them");
  } catch (error) {
    const { faults } = error as SettingsError;
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual(Object.keys(env));
    expect(faults[0]).toBe("PORT must be a whole number from 1 to 65535, for example PORT=8080");
    expect(faults.join()).not.toMatch(/secret|70000|loud|soon/);
  }
});

test("The settings are frozen", () => {
  expect(Object.isFrozen(readSettings(declared, {}))).toBe(true);
});

test.each([
  ["400d", 34_560_000_000],
  ["9600h", 34_560_000_000],
  ["1s", 1_000],
])("The text %s is read as a duration", (text, milliseconds) => {
  expect(readSettings(declared, { TTL: text }).TTL).toBe(milliseconds);
});

test.each(["401d", "9601h", "999999999d", "0d", "1w", "-1s", "1.5h"])(
  "The text %j is refused as a duration",
  (text) => {
    expect(() => declared.TTL.read(text)).toThrow("followed by s, m, h or d, up to 400d");
  },
);

test.each(["postgres:parley:secret@localhost/parley", "http://localhost:5432", "localhost"])(
  "The text %j is refused as the URL of a database",
  (text) => {
    const setting = url("postgres://localhost/parley", ["postgres:", "postgresql:"]);
    expect(() => setting.read(text)).toThrow("must be a URL that starts with postgres:// or");
  },
);
