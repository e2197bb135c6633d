import { join } from "node:path";
import { createFolderStore } from "./folder-store.ts";
import type { ObjectStore } from "./object-store.ts";

interface ObjectStoreSettings {
  readonly DATA_DIR: string;
  readonly S3_ENDPOINT: URL | undefined;
  readonly S3_ACCESS_KEY: string | undefined;
  readonly S3_SECRET_KEY: string | undefined;
  readonly S3_BUCKET: string;
  readonly S3_REGION: string;
}

/** Opens an S3 store if the settings have an endpoint, and otherwise a folder below `DATA_DIR`. */
export async function openObjectStore(
  settings: ObjectStoreSettings,
): Promise<{ store: ObjectStore; kind: string }> {
  const { S3_ENDPOINT: endpoint } = settings;
  if (!endpoint)
    return { store: createFolderStore(join(settings.DATA_DIR, "objects")), kind: "folder" };
  // Imported only when it is needed, because the client takes 14 MB of memory.
  const { createS3Store } = await import("./s3-store.ts");
  const store = createS3Store({
    endpoint,
    accessKey: settings.S3_ACCESS_KEY ?? "",
    secretKey: settings.S3_SECRET_KEY ?? "",
    bucket: settings.S3_BUCKET,
    region: settings.S3_REGION,
  });
  return { store, kind: "s3" };
}
