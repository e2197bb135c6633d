import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import type { RunBy } from "../runtimes/runtimes.ts";
import { createDatabase } from "./database.ts";
import { copyEmbeddedTemplate } from "./embedded-database.ts";
import { type Program, startProgram, untilReady } from "./program.ts";

export type StackKind = "embedded" | "postgres";

/** Returns the stacks that this machine can run: the embedded one, and PostgreSQL with MinIO when both are available. */
export function stackKinds(): StackKind[] {
  const env = process.env;
  return env["TEST_DATABASE_URL"] && env["TEST_S3_ENDPOINT"]
    ? ["embedded", "postgres"]
    : ["embedded"];
}

/** A server and a gateway with their own data folder. */
export interface Stack extends AsyncDisposable {
  /** The URL of the gateway. */
  readonly url: string;
  readonly serverUrl: string;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  server: Program;
  gateway: Program;
  startServer(): Promise<void>;
  startGateway(): Promise<void>;
}

/** High limits, so that only tests of a limit reach it. */
const GENEROUS = {
  RATE_LIMIT_RPS: "100000",
  RATE_LIMIT_REGISTRATIONS: "1000000",
  RATE_LIMIT_MESSAGES_RPS: "100000",
  MAX_CONNECTIONS_PER_USER: "100000",
  MAX_CONNECTIONS_PER_IP: "100000",
};

interface StackOptions {
  /** Default: high limits, which only tests of a limit reach. */
  readonly limits?: "generous" | "default";
  readonly logsToFile?: boolean;
  readonly gatewayBy?: RunBy;
}

/**
 * Starts a server and a gateway, and waits until the gateway is ready.
 * @param settings override the settings of the stack; with a `DATABASE_URL`, no database is created.
 * @param options.limits `default` leaves the limits of the product.
 * @param options.logsToFile whether both processes log into files in the data folder.
 * @param options.gatewayBy the file of the gateway and the command that runs it.
 */
export async function startStack(
  kind: StackKind,
  settings: Record<string, string> = {},
  { limits = "generous", logsToFile = false, gatewayBy = ["gateway/main.ts"] }: StackOptions = {},
): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-"));
  const database =
    kind === "postgres" && !settings["DATABASE_URL"] ? await createDatabase() : undefined;
  const env = {
    DRAIN_MS: "0",
    LOG_LEVEL: "info",
    ...(limits === "generous" && GENEROUS),
    DATA_DIR: dataDir,
    GATEWAY_PORT: String(freePort()),
    SERVER_PORT: String(freePort()),
    ...(kind === "postgres" && objectStore()),
    ...(database && { DATABASE_URL: database.url }),
    ...settings,
  };
  const url = `http://localhost:${env.GATEWAY_PORT}`;
  const serverUrl = `http://127.0.0.1:${env.SERVER_PORT}`;
  if (kind === "embedded") await copyEmbeddedTemplate(env.DATA_DIR);
  const start = (name: "server" | "gateway") => {
    const [file, ...runtime]: RunBy = name === "gateway" ? gatewayBy : ["server/main.ts"];
    return startProgram(file, env, {
      logFile: logsToFile ? join(dataDir, `${name}.log`) : undefined,
      runtime,
    });
  };
  const server = start("server");
  const gateway = start("gateway");
  const stack: Stack = {
    url,
    serverUrl,
    dataDir,
    env,
    server,
    gateway,
    async startServer() {
      stack.server = start("server");
      await untilReady(`${serverUrl}/service/readyz`);
    },
    async startGateway() {
      stack.gateway = start("gateway");
      await untilReady(`${url}/readyz`);
    },
    async [Symbol.asyncDispose]() {
      await stack.gateway.end();
      await stack.server.end();
      await database?.[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
  await untilReady(`${url}/readyz`).catch(async (cause) => {
    const logs = `${server.output()}${gateway.output()}`;
    await stack[Symbol.asyncDispose]();
    throw new Error(`${cause.message}; the log:\n${logs}`, { cause });
  });
  return stack;
}

/** Settings of the object store that `TEST_S3_ENDPOINT` names, with a bucket of its own. */
export function objectStore(): Record<string, string> {
  const env = process.env;
  return {
    S3_ENDPOINT: env["TEST_S3_ENDPOINT"] ?? "",
    S3_ACCESS_KEY: env["TEST_S3_ACCESS_KEY"] ?? "",
    S3_SECRET_KEY: env["TEST_S3_SECRET_KEY"] ?? "",
    S3_BUCKET: `parley-${crypto.randomUUID()}`,
  };
}
