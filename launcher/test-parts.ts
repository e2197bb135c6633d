import { startTestServer } from "@parley/db/testing/test-server";
import { findChromium } from "../test/parts/chromium.ts";
import { startMinio } from "../test/parts/minio.ts";
import { isMissing, type Missing } from "../test/parts/missing.ts";
import { findPgBouncer } from "../test/parts/pgbouncer.ts";
import { startPostgres } from "../test/parts/postgres.ts";
import { findPrometheus } from "../test/parts/prometheus.ts";
import { createEmbeddedTemplate } from "./embedded-template.ts";

/** Programs and databases that tests use. */
export interface TestParts extends AsyncDisposable {
  /** Environment variables that tell tests where each part is. */
  readonly env: Readonly<Record<string, string>>;
  /** For each part that this machine lacks, a line that says how to install it. */
  readonly missing: readonly string[];
}

/** Starts the parts that run for all tests, and finds those that tests start themselves. */
export async function startParts(): Promise<TestParts> {
  const running = new AsyncDisposableStack();
  const [postgres, minio, template, embedded] = await Promise.all([
    startPostgres(),
    startMinio(),
    createEmbeddedTemplate(),
    startTestServer(),
  ]);
  const [chromium, prometheus, pgbouncer] = [findChromium(), findPrometheus(), findPgBouncer()];
  running.use(template);
  running.use(embedded);
  if (!isMissing(postgres)) running.use(postgres);
  if (!isMissing(minio)) running.use(minio);
  return {
    env: {
      TEST_EMBEDDED_CLUSTER: template.path,
      TEST_EMBEDDED_URL: embedded.url,
      ...variables(postgres, ({ url }) => ({ TEST_DATABASE_URL: url })),
      ...variables(minio, ({ endpoint, accessKey, secretKey }) => ({
        TEST_S3_ENDPOINT: endpoint,
        TEST_S3_ACCESS_KEY: accessKey,
        TEST_S3_SECRET_KEY: secretKey,
      })),
      ...variables(chromium, ({ path }) => ({ TEST_CHROMIUM: path })),
      ...variables(prometheus, ({ path, promtool }) => ({
        TEST_PROMETHEUS: path,
        TEST_PROMTOOL: promtool,
      })),
      ...variables(pgbouncer, ({ path }) => ({ TEST_PGBOUNCER: path })),
    },
    missing: [postgres, minio, chromium, prometheus, pgbouncer]
      .filter(isMissing)
      .map(({ missing }) => missing),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function variables<T extends object>(
  part: T | Missing,
  namesOf: (part: T) => Record<string, string>,
): Record<string, string> {
  return isMissing(part) ? {} : namesOf(part);
}
