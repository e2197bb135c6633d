import type { Setting } from "./settings.ts";

/** Makes the value of an unset variable `undefined`. */
export function optional<T>({ example, read }: Setting<T>): Setting<T | undefined> {
  return { example, read: (text) => (text === undefined ? undefined : read(text)) };
}

/** Any text. */
export function string(example: string, fallback?: string): Setting<string> {
  return {
    example,
    ...(fallback !== undefined && { default: fallback }),
    read: (text) => text ?? required(fallback),
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(choices: readonly T[], fallback: T): Setting<T> {
  return {
    example: fallback,
    default: fallback,
    read(text = fallback) {
      const found = choices.find((choice) => choice === text);
      if (found === undefined) throw new Error(`must be one of ${choices.join(", ")}`);
      return found;
    },
  };
}

/** A whole number from `min` to `max`, in decimal digits. */
export function wholeNumber(fallback: number, min: number, max: number): Setting<number> {
  return {
    example: String(fallback),
    default: String(fallback),
    read(text = String(fallback)) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= min && value <= max))
        throw new Error(`must be a whole number from ${min} to ${max}`);
      return value;
    },
  };
}

/** A TCP port. */
export const port = (fallback: number) => wholeNumber(fallback, 1, 65_535);

/** A duration such as `90s`, `15m`, `12h` or `7d`, up to `max`; the value is in milliseconds. */
export function duration(fallback: string, { max }: { max: string }): Setting<number> {
  const longest = milliseconds(max);
  return {
    example: fallback,
    default: fallback,
    read(text = fallback) {
      const value = milliseconds(text);
      if (!(value <= longest))
        throw new Error(`must be a number followed by s, m, h or d, up to ${max}`);
      return value;
    },
  };
}

/** @returns NaN for a text that is no duration. */
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
      // `postgres:secret@host` is a URL too, of a path and no host.
      if (!value || !schemes.some((scheme) => value.href.startsWith(`${scheme}//`)))
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

/** Items with commas between them; none while the variable is unset. */
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

/** @throws Error for a text that is no origin. */
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
