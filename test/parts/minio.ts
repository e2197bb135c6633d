import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { untilReady } from "../stack/program.ts";
import { startDaemon } from "./daemon.ts";
import type { Missing } from "./missing.ts";

export interface Minio extends AsyncDisposable {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Starts a MinIO that stores objects in a temporary folder. */
export async function startMinio(): Promise<Minio | Missing> {
  const binary = findMinio();
  if (!binary)
    return { missing: "MinIO is not installed: go install github.com/minio/minio@latest" };
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "parley-minio-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const [accessKey, secretKey] = ["parley", crypto.randomUUID()];
  const address = `127.0.0.1:${freePort()}`;
  stack.use(
    startDaemon([binary, "server", join(folder, "objects"), "--address", address], {
      env: {
        HOME: folder,
        MINIO_ROOT_USER: accessKey,
        MINIO_ROOT_PASSWORD: secretKey,
        MINIO_BROWSER: "off",
        MINIO_UPDATE: "off",
      },
      logFile: join(folder, "log"),
    }),
  );
  const endpoint = `http://${address}`;
  await untilReady(`${endpoint}/minio/health/ready`);
  const running = stack.move();
  return {
    endpoint,
    accessKey,
    secretKey,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Finds the binary on the PATH or where `go install` puts it. */
function findMinio(): string | null {
  const go = process.env["GOBIN"] ?? join(process.env["GOPATH"] ?? join(homedir(), "go"), "bin");
  return Bun.which("minio") ?? Bun.which("minio", { PATH: go });
}
