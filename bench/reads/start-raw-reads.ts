import { join } from "node:path";

/** What the process of `raw-reads.ts` serves. */
export interface RawReadsConfig {
  readonly databaseUrl: string;
  /** The ID of the user in whose name all is read. */
  readonly viewer: string;
  /** The ID of a session of the viewer. */
  readonly session: string;
  /** Data URLs by the ID of the user. */
  readonly avatars: Readonly<Record<string, string>>;
  /** The constant answers by path. */
  readonly answers: Readonly<Record<string, string>>;
}

export interface RawReads extends Disposable {
  readonly url: string;
  readonly pid: number;
}

export async function startRawReads(config: RawReadsConfig): Promise<RawReads> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "raw-reads.ts")], {
    stdin: new Blob([JSON.stringify(config)]),
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  return { url, pid: child.pid, [Symbol.dispose]: () => child.kill() };
}
