/** One environment variable: how its text is read, and what an operator sees when it is wrong. */
export interface Setting<T> {
  readonly example: string;
  /** @returns the value, or throws an `Error` whose message names the problem, without the value. */
  readonly read: (text: string | undefined) => T;
}

export type Settings<S extends Record<string, Setting<unknown>>> = {
  readonly [K in keyof S]: ReturnType<S[K]["read"]>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The exit code of a process whose configuration is wrong: `EX_CONFIG` of BSD's sysexits. */
export const EXIT_CONFIG = 78;

/** Every fault of an environment at once, one a line. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join("\n"));
  }
}

/**
 * Reads the whole environment once, and freezes it; an empty variable counts as unset.
 * @throws SettingsError that lists every wrong variable.
 */
export function readSettings<S extends Record<string, Setting<unknown>>>(
  declared: S,
  env: Environment,
): Settings<S> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, setting] of Object.entries(declared)) {
    try {
      values[name] = setting.read(env[name] || undefined);
    } catch (error) {
      faults.push(`${name} ${(error as Error).message}, for example ${name}=${setting.example}`);
    }
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return Object.freeze(values) as Settings<S>;
}

/**
 * Reads the settings, or ends the process with a line for each fault and {@link EXIT_CONFIG}.
 * @param together finds faults that no variable has alone.
 */
export function readSettingsOrExit<S extends Record<string, Setting<unknown>>>(
  declared: S,
  env: Environment = process.env,
  together: (settings: Settings<S>) => string[] = () => [],
): Settings<S> {
  try {
    const settings = readSettings(declared, env);
    const faults = together(settings);
    if (faults.length > 0) throw new SettingsError(faults);
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, read: (text) => (text === undefined ? undefined : setting.read(text)) };
}

export function string(example: string, fallback?: string): Setting<string> {
  return { example, read: (text) => text ?? required(fallback) };
}

export function oneOf<const T extends string>(choices: readonly T[], fallback: T): Setting<T> {
  return {
    example: fallback,
    read(text = fallback) {
      const found = choices.find((choice) => choice === text);
      if (found === undefined) throw new Error(`must be one of ${choices.join(", ")}`);
      return found;
    },
  };
}

export function wholeNumber(fallback: number, min: number, max: number): Setting<number> {
  return {
    example: String(fallback),
    read(text = String(fallback)) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= min && value <= max))
        throw new Error(`must be a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

export const port = (fallback: number) => wholeNumber(fallback, 1, 65_535);

/** A length of time as `90s`, `15m`, `12h` or `7d`, up to `max`; its value is in milliseconds. */
export function duration(fallback: string, { max }: { max: string }): Setting<number> {
  const longest = milliseconds(max);
  return {
    example: fallback,
    read(text = fallback) {
      const value = milliseconds(text);
      if (!(value <= longest))
        throw new Error(`must be a number followed by s, m, h or d, up to ${max}`);
      return value;
    },
  };
}

/** @returns NaN for what is no length of time. */
function milliseconds(duration: string): number {
  const unit: Record<string, number> = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 };
  const [, count, letter = ""] = /^([1-9]\d{0,8})([smhd])$/.exec(duration) ?? [];
  return Number(count) * (unit[letter] ?? Number.NaN);
}

/** An absolute URL with one of the schemes (as `http:`), without user or password unless `credentials`. */
export function url(
  example: string,
  schemes: readonly string[],
  { credentials = false } = {},
): Setting<URL> {
  return {
    example,
    read(text) {
      const value = URL.parse(required(text));
      if (!value || !schemes.includes(value.protocol))
        throw new Error(`must be a URL that starts with ${schemes.join("// or ")}//`);
      if (!credentials && (value.username || value.password))
        throw new Error("must hold no user and no password");
      return value;
    },
  };
}

/** An origin as browsers send it: scheme, host and port, no path. */
export function origin(example: string): Setting<string> {
  return { example, read: (text) => parseOrigin(required(text)) };
}

export function list<T>(example: string, parse: (item: string) => T): Setting<readonly T[]> {
  return {
    example,
    read: (text = "") =>
      text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "")
        .map(parse),
  };
}

export function parseOrigin(text: string): string {
  const value = URL.parse(text);
  const proper = value && /^https?:$/.test(value.protocol) && text === value.origin;
  if (!proper) throw new Error("must be an origin: scheme, host and port, without a path");
  return text;
}

function required(text: string | undefined): string {
  if (text === undefined) throw new Error("must be set");
  return text;
}
