import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Missing } from "./missing.ts";

const VERSION = "4.32.5";
const CACHE = join(import.meta.dir, "../../node_modules/.cache/schemathesis");

/** Installs Schemathesis into a virtual environment of its own, once. */
export async function installSchemathesis(): Promise<{ readonly path: string } | Missing> {
  const folder = join(CACHE, VERSION);
  const path = join(folder, "bin/schemathesis");
  if (existsSync(path)) return { path };
  const python = Bun.which("python3");
  if (!python) return { missing: "Python is not installed: apt-get install python3-venv" };
  await mkdir(CACHE, { recursive: true });
  const isReady =
    (await succeeds([python, "-m", "venv", folder])) &&
    (await succeeds([join(folder, "bin/pip"), "install", "--quiet", `schemathesis==${VERSION}`]));
  if (isReady) return { path };
  await rm(folder, { recursive: true, force: true });
  return { missing: "Schemathesis cannot be installed: apt-get install python3-venv" };
}

async function succeeds(command: string[]): Promise<boolean> {
  const child = Bun.spawn(command, { stdout: "ignore", stderr: "ignore" });
  return (await child.exited) === 0;
}
