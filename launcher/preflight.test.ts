import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Reads the settings in another process, because a fault ends the process. */
async function readSettings(env: Record<string, string>): Promise<{ code: number; err: string }> {
  const folder = await mkdtemp(join(tmpdir(), "parley-preflight-"));
  await writeFile(join(folder, "file"), "");
  const script = `
    const { preflight } = await import("./preflight.ts");
    const { readLauncherSettings } = await import("./settings.ts");
    readLauncherSettings(preflight);
  `;
  const child = Bun.spawn([process.execPath, "--no-env-file", "-e", script], {
    cwd: import.meta.dir,
    env: {
      DATA_DIR: join(folder, "new/data"),
      GATEWAY_PORT: "9411",
      SERVER_PORT: "9412",
      ...Object.fromEntries(Object.entries(env).map(([k, v]) => [k, v.replace("{}", folder)])),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [err, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  await rm(folder, { recursive: true });
  return { code, err };
}

test("Usable settings have no fault", async () => {
  expect(await readSettings({})).toEqual({ code: 0, err: "" });
});

const NO_HOST = (name: string) =>
  `${name} must be an address of this machine, for example ${name}=127.0.0.1\n`;
const NO_FOLDER = "DATA_DIR must be a folder that can be written to, for example DATA_DIR=./data\n";
const ONE_PORT = "GATEWAY_PORT must differ from SERVER_PORT, for example GATEWAY_PORT=8080\n";

test.each([
  ["A host of another machine", { HOST: "203.0.113.1" }, NO_HOST("HOST")],
  ["A host that is no name", { SERVER_HOST: "no host" }, NO_HOST("SERVER_HOST")],
  ["A data folder that is a file", { DATA_DIR: "{}/file" }, NO_FOLDER],
  ["A data folder below a file", { DATA_DIR: "{}/file/data" }, NO_FOLDER],
  ["One port for both processes", { GATEWAY_PORT: "9412" }, ONE_PORT],
  [
    "One port for both processes, on all addresses and on one",
    { GATEWAY_PORT: "9412", HOST: "0.0.0.0" },
    ONE_PORT,
  ],
  [
    "Each of several faults",
    { HOST: "203.0.113.1", SERVER_HOST: "203.0.113.2", DATA_DIR: "{}/file" },
    `${NO_HOST("SERVER_HOST")}${NO_HOST("HOST")}${NO_FOLDER}`,
  ],
])("%s is named in one line, and the exit code is 78", async (_, env, err) => {
  expect(await readSettings(env as Record<string, string>)).toEqual({ code: 78, err });
});

test("The two processes may have the same port on different hosts", async () => {
  const env = { GATEWAY_PORT: "9412", HOST: "127.0.0.2" };
  expect(await readSettings(env)).toEqual({ code: 0, err: "" });
});

test("The data folder need not exist when nothing is stored in it", async () => {
  const storedElsewhere = {
    DATA_DIR: "{}/file",
    DATABASE_URL: "postgres://parley@127.0.0.1/parley",
    S3_ENDPOINT: "http://127.0.0.1:9000",
    S3_ACCESS_KEY: "parley",
    S3_SECRET_KEY: "parley-secret",
    JWT_SECRET: "a secret of the tests, long enough to sign",
  };
  expect(await readSettings(storedElsewhere)).toEqual({ code: 0, err: "" });
});
