import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Reads the settings in a process of its own, as the launcher does first. */
async function read(env: Record<string, string>): Promise<{ code: number; err: string }> {
  const folder = await mkdtemp(join(tmpdir(), "parley-obstacles-"));
  await writeFile(join(folder, "file"), "");
  const script = `
    const { readLauncherSettings } = await import("./settings.ts");
    readLauncherSettings();
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

test("settings that can be used are no obstacle", async () => {
  expect(await read({})).toEqual({ code: 0, err: "" });
});

const NO_HOST = (name: string) =>
  `${name} must be an address of this machine, for example ${name}=127.0.0.1\n`;
const NO_FOLDER = "DATA_DIR must be a folder that can be written to, for example DATA_DIR=./data\n";
const ONE_PORT = "GATEWAY_PORT must differ from SERVER_PORT, for example GATEWAY_PORT=8080\n";

test.each([
  ["a host that is elsewhere", { HOST: "203.0.113.1" }, NO_HOST("HOST")],
  ["a host that is no name", { SERVER_HOST: "no host" }, NO_HOST("SERVER_HOST")],
  ["a folder that is a file", { DATA_DIR: "{}/file" }, NO_FOLDER],
  ["a folder below a file", { DATA_DIR: "{}/file/data" }, NO_FOLDER],
  ["one port for both", { GATEWAY_PORT: "9412" }, ONE_PORT],
  ["one port, on all addresses and on one", { GATEWAY_PORT: "9412", HOST: "0.0.0.0" }, ONE_PORT],
  [
    "several at once",
    { HOST: "203.0.113.1", SERVER_HOST: "203.0.113.2", DATA_DIR: "{}/file" },
    `${NO_HOST("SERVER_HOST")}${NO_HOST("HOST")}${NO_FOLDER}`,
  ],
])("%s ends the start with 78 and one line each", async (_, env, err) => {
  expect(await read(env as Record<string, string>)).toEqual({ code: 78, err });
});

test("two hosts may have the same port", async () => {
  const env = { GATEWAY_PORT: "9412", HOST: "127.0.0.2" };
  expect(await read(env)).toEqual({ code: 0, err: "" });
});

test("a folder that nothing is kept in need not be there", async () => {
  const elsewhere = {
    DATA_DIR: "{}/file",
    DATABASE_URL: "postgres://parley@127.0.0.1/parley",
    S3_ENDPOINT: "http://127.0.0.1:9000",
    S3_ACCESS_KEY: "parley",
    S3_SECRET_KEY: "parley-secret",
    JWT_SECRET: "a secret of the tests, long enough to sign",
  };
  expect(await read(elsewhere)).toEqual({ code: 0, err: "" });
});
