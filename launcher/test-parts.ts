import { findChromium } from "../test/parts/chromium.ts";
import { startMinio } from "../test/parts/minio.ts";
import { isMissing, type Missing } from "../test/parts/missing.ts";
import { startPostgres } from "../test/parts/postgres.ts";
import { findPrometheus } from "../test/parts/prometheus.ts";

/** The real parts that tests use: where they are, as environment variables, and which are not there. */
export interface TestParts extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

export async function startParts(): Promise<TestParts> {
  const running = new AsyncDisposableStack();
  const [postgres, minio] = await Promise.all([startPostgres(), startMinio()]);
  const [chromium, prometheus] = [findChromium(), findPrometheus()];
  if (!isMissing(postgres)) running.use(postgres);
  if (!isMissing(minio)) running.use(minio);
  return {
    env: {
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
    },
    missing: [postgres, minio, chromium, prometheus]
      .filter(isMissing)
      .map(({ missing }) => missing),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function variables<T extends object>(
  part: T | Missing,
  name: (part: T) => Record<string, string>,
): Record<string, string> {
  return isMissing(part) ? {} : name(part);
}
