import { join } from "node:path";
import { lockFiles, makeUnlessFresh, sourcesIn } from "./make-unless-fresh.ts";
import { replaceProcess } from "./replace-process.ts";
import { runBun } from "./run-bun.ts";

/** Installs the packages and builds the page, each only when its sources have changed; exits on failure. */
export async function prepare(root: string): Promise<void> {
  await install(root);
  if (!(await buildPage(root))) process.exit(1);
}

/** Installs the packages when the lock file or a manifest has changed; exits on failure. */
export async function install(root: string): Promise<void> {
  const packages = { stamp: "node_modules/.parley-install", files: [] };
  const made = await makeUnlessFresh(root, packages, lockFiles(root), () =>
    runBun(root, ["install", "--frozen-lockfile"]),
  );
  if (made === "failed") process.exit(1);
  // Bun remembers which packages it did not find.
  if (made === "made") replaceProcess(process.argv.slice(1));
}

/**
 * Builds the page when its sources have changed.
 * @returns whether a page exists.
 */
export async function buildPage(root: string): Promise<boolean> {
  const sources = [...sourcesIn(root, ["client", "contracts"]), ...lockFiles(root)];
  const page = { stamp: "client/dist/.build-stamp", files: ["client/dist/index.html"] };
  const made = await makeUnlessFresh(root, page, sources, () =>
    runBun(join(root, "client"), ["node_modules/vite/bin/vite.js", "build"]),
  );
  return made !== "failed";
}
