import { join } from "node:path";
import type { ServerSettings } from "../settings.ts";
import { createFolderStore } from "./folder-store.ts";
import type { ObjectStore } from "./object-store.ts";

/** Opens the store that the settings name: S3 where there is an endpoint, else a folder. */
export async function openObjectStore(
  settings: ServerSettings,
): Promise<{ store: ObjectStore; kind: string }> {
  const { S3_ENDPOINT: endpoint } = settings;
  if (!endpoint)
    return { store: createFolderStore(join(settings.DATA_DIR, "objects")), kind: "folder" };
  // Its client takes 14 MB, which a folder need not pay.
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
