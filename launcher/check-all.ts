import type { CheckResult } from "./check-result.ts";
import { checkSettingsFiles } from "./settings-docs/settings-files.ts";
import { checkStructure } from "./structure/check-structure.ts";

/** Checks of the source text: what each checks, and the script in `node_modules` that Bun runs. */
const CHECKS = {
  "format, lint and imports (biome)": "@biomejs/biome/bin/biome check --error-on-warnings .",
  "Solid's rules (oxlint)": "oxlint/bin/oxlint --deny-warnings client",
  "types (tsc)": "typescript/bin/tsc -p tsconfig.json",
  "types of the page (tsc)": "typescript/bin/tsc -p client/tsconfig.json",
  "types of the page's tests (tsc)": "typescript/bin/tsc -p client/tsconfig.test.json",
  "dead code (knip)": "knip/bin/knip.js",
  "dead code in production (knip)": "knip/bin/knip.js --production",
};

/** Runs all checks at once. */
export function checkAll(root: string): Promise<CheckResult[]> {
  const byTools = Object.entries(CHECKS).map(([name, command]) => check(root, name, command));
  return Promise.all([...byTools, checkStructure(root), checkSettingsFiles(root)]);
}

async function check(root: string, name: string, command: string): Promise<CheckResult> {
  const tool = Bun.spawn([process.execPath, ...`node_modules/${command}`.split(" ")], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, code] = await Promise.all([
    new Response(tool.stdout).text(),
    new Response(tool.stderr).text(),
    tool.exited,
  ]);
  return { name, passed: code === 0, output: `${out}${err}` };
}

export function print({ name, passed, output }: CheckResult): void {
  console.log(`${passed ? "✓" : "✗"} ${name}`);
  if (!passed) console.log(output);
}
