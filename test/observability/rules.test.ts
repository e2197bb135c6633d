import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "../../observability");
const PROMTOOL = process.env["TEST_PROMTOOL"] ?? "";

async function promtool(...args: string[]): Promise<{ code: number; output: string }> {
  const tool = Bun.spawn([PROMTOOL, ...args], { cwd: FOLDER, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, code] = await Promise.all([
    new Response(tool.stdout).text(),
    new Response(tool.stderr).text(),
    tool.exited,
  ]);
  return { code, output: `${out}${err}` };
}

describe.skipIf(!PROMTOOL)("the alerts", () => {
  test.each([
    ["The configuration is well-formed", ["check", "config", "--syntax-only", "prometheus.yml"]],
    ["The rules are well-formed", ["check", "rules", "alerts.yml"]],
    ["Each alert fires when it should and only then", ["test", "rules", "alerts.test.yml"]],
  ])("%s", async (_, args) => {
    const { code, output } = await promtool(...args);
    expect(output).not.toContain("FAILED");
    expect(code).toBe(0);
  });
});
