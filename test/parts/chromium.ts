import { existsSync } from "node:fs";
import type { Missing } from "./missing.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const ON_MACOS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Finds a Chromium or Chrome on the PATH, or among the applications of macOS. */
export function findChromium(): { readonly path: string } | Missing {
  const path =
    NAMES.map((name) => Bun.which(name)).find((found) => found !== null) ??
    ON_MACOS.find((candidate) => existsSync(candidate));
  return path ? { path } : { missing: "Chromium is not installed: apt-get install chromium" };
}
