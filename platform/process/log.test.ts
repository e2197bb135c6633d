import { expect, test } from "bun:test";
import { join } from "node:path";

const MODULE = join(import.meta.dir, "log.ts");

/** What a process of its own prints that logs two lines and comes to its end. */
async function printed(end: string): Promise<string[]> {
  const program = `
    import { createLog } from ${JSON.stringify(MODULE)};
    const log = createLog("program", "info");
    log.info("first");
    log.info("second");
    ${end}`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "ignore" });
  const lines = (await new Response(child.stdout).text()).trim().split("\n");
  return lines.map((line) => JSON.parse(line).msg);
}

test.each(["", "process.exit(1)", "throw new Error()", "await Bun.sleep(100)"])(
  "Buffered lines are written, however the process ends: %p",
  async (end) => {
    expect(await printed(end)).toEqual(["first", "second"]);
  },
);

test.each(["warn", "error", "fatal"])(
  "A line of level %s is written at once, with all lines before it",
  async (level) => {
    const end = `log.${level}("last"); process.kill(process.pid, "SIGKILL");`;
    expect(await printed(end)).toEqual(["first", "second", "last"]);
  },
);
