/** One environment variable: how its text is read, and what its fault says to an operator. */
export interface Setting<T> {
  readonly example: string;
  /** The text that an unset variable stands for; absent when no text does. */
  readonly default?: string;
  /**
   * @returns the value.
   * @throws Error whose message names the fault, without the value.
   */
  readonly read: (text: string | undefined) => T;
}

/** Groups of settings, in the order of the documentation. */
export const SETTING_GROUPS = [
  "Data folder",
  "Addresses",
  "Database",
  "Object store",
  "Sessions",
  "Origins and proxies",
  "Limits",
  "Operation",
] as const;

/** Documentation of a setting, from which `docs/settings.md` and `.env.example` are generated. */
export interface SettingDescription {
  readonly group: (typeof SETTING_GROUPS)[number];
  /** A phrase or sentences in Markdown. */
  readonly meaning: string;
  /** What holds while the variable is unset; absent for a setting with a default or with no effect. */
  readonly whenUnset?: string;
}

export type DescribedSetting<T> = Setting<T> & SettingDescription;

export function describeSetting<T>(
  setting: Setting<T>,
  description: SettingDescription,
): DescribedSetting<T> {
  return { ...setting, ...description };
}

export type Settings<S extends Record<string, Setting<unknown>>> = {
  readonly [K in keyof S]: ReturnType<S[K]["read"]>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Exit code of a process whose configuration is wrong: `EX_CONFIG` of sysexits(3). */
export const EXIT_CONFIG = 78;

/** All faults of an environment, one a line. */
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
 * @param together finds faults of settings that depend on each other.
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
