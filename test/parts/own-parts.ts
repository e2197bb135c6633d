import { startMinio } from "./minio.ts";
import { isMissing } from "./missing.ts";
import { startPostgres } from "./postgres.ts";

/** Starts PostgreSQL and MinIO unless the environment names them, and then names them there. */
export async function startOwnParts(): Promise<AsyncDisposable> {
  await using parts = new AsyncDisposableStack();
  if (process.env["TEST_DATABASE_URL"] && process.env["TEST_S3_ENDPOINT"]) return parts.move();
  const [postgres, minio] = [await startPostgres(), await startMinio()];
  for (const part of [postgres, minio])
    if (isMissing(part)) console.log(part.missing);
    else parts.use(part);
  if (!isMissing(postgres) && !isMissing(minio))
    Object.assign(process.env, {
      TEST_DATABASE_URL: postgres.url,
      TEST_S3_ENDPOINT: minio.endpoint,
      TEST_S3_ACCESS_KEY: minio.accessKey,
      TEST_S3_SECRET_KEY: minio.secretKey,
    });
  return parts.move();
}
