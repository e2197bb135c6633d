import { language } from "./language.ts";

const FORMATS = {
  time: { hour: "numeric", minute: "2-digit" },
  day: { weekday: "long", day: "numeric", month: "long" },
  dayOfYear: { day: "numeric", month: "long", year: "numeric" },
  full: { dateStyle: "long", timeStyle: "short" },
  short: { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const DAY_MS = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** 18:05, 6:05 PM */
export const timeOfDay = (iso: string): string => format("time", iso);

/** 18:05, 6:05: where space is short and a full time stands nearby. */
export const clockTime = (iso: string): string =>
  formatter("time")
    .formatToParts(new Date(iso))
    .map(({ type, value }) => (type === "dayPeriod" ? "" : value))
    .join("")
    .trim();

/** 12 June 2026 at 18:05 */
export const fullTime = (iso: string): string => format("full", iso);

/** Today, Yesterday, Thursday, 12 June, or with the year if it is not this one. */
export function dayName(iso: string, now: number): string {
  const daysAgo = Math.round((startOfDay(now) - startOfDay(Date.parse(iso))) / DAY_MS);
  if (daysAgo === 0 || daysAgo === 1) return relativeDay(-daysAgo);
  const isThisYear = new Date(iso).getFullYear() === new Date(now).getFullYear();
  return capital(format(isThisYear ? "day" : "dayOfYear", iso));
}

/** 18:05 if it is today, else 12 Jun, 18:05. */
export function moment(iso: string, now: number): string {
  return isSameDay(Date.parse(iso), now) ? timeOfDay(iso) : format("short", iso);
}

export function isSameDay(a: number, b: number): boolean {
  return startOfDay(a) === startOfDay(b);
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

function relativeDay(days: number): string {
  return capital(new Intl.RelativeTimeFormat(region(), { numeric: "auto" }).format(days, "day"));
}

function format(kind: keyof typeof FORMATS, iso: string): string {
  return formatter(kind).format(new Date(iso));
}

function formatter(kind: keyof typeof FORMATS): Intl.DateTimeFormat {
  const key = `${kind} ${region()}`;
  let known = formatters.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(region(), FORMATS[kind]);
    formatters.set(key, known);
  }
  return known;
}

/** The regional variety of the language that the browser prefers, such as en-GB: it decides on 12 or 24 hours. */
function region(): string {
  return navigator.languages.find((tag) => tag.startsWith(language())) ?? language();
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase(language()) + text.slice(1);
