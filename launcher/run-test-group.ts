import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestGroup } from "./test-groups.ts";
import type { FinishedRun } from "./test-outcome.ts";

/** A run that prints nothing for so long hangs: longer than any one test may take. */
const SILENCE_TIMEOUT_MS = 330_000;

interface RunOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  /** Takes what the process prints, as it comes. */
  write(chunk: Uint8Array): void;
}

/** Runs the files of a group in a process of `bun test`, and waits for its end. */
export async function runTestGroup(group: TestGroup, options: RunOptions): Promise<FinishedRun> {
  const reportFile = join(tmpdir(), `parley-junit-${randomUUID()}.xml`);
  const child = Bun.spawn([process.execPath, ...bunArguments(group, reportFile)], {
    cwd: options.root,
    env: { ...process.env, ...colours(), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const silence = setTimeout(() => child.kill("SIGKILL"), SILENCE_TIMEOUT_MS);
  const passOn = (chunk: Uint8Array) => {
    silence.refresh();
    options.write(chunk);
  };
  const [, output] = await Promise.all([
    readAll(child.stdout, passOn),
    readAll(child.stderr, passOn),
  ]);
  const code = await child.exited;
  clearTimeout(silence);
  const { name, files } = group;
  return { name, files, end: child.signalCode ?? code, report: takeReport(reportFile), output };
}

function bunArguments({ options, files }: TestGroup, reportFile: string): string[] {
  const reporter = ["--reporter=junit", `--reporter-outfile=${reportFile}`];
  const paths = files.map((file) => `./${file}`);
  return ["--no-env-file", "--no-orphans", "test", ...options, ...reporter, ...paths];
}

function colours(): Record<string, string> {
  return process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
}

/** @returns the text of a stream whose chunks were passed on as they came. */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  passOn: (chunk: Uint8Array) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    passOn(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

/** A process that was killed wrote no report. */
function takeReport(path: string): string {
  try {
    const report = readFileSync(path, "utf8");
    rmSync(path);
    return report;
  } catch {
    return "";
  }
}
