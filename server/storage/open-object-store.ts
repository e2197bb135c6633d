import { join } from "node:path";
import type { ServerSettings } from "../settings.ts";
import { createFolderStore } from "./folder-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { createS3Store } from "./s3-store.ts";

/** Opens the store that the settings name: S3 where there is an endpoint, else a folder. */
export function openObjectStore(settings: ServerSettings): { store: ObjectStore; kind: string } {
  const { S3_ENDPOINT: endpoint } = settings;
  if (!endpoint)
    return { store: createFolderStore(join(settings.DATA_DIR, "objects")), kind: "folder" };
  const store = createS3Store({
    endpoint,
    accessKey: settings.S3_ACCESS_KEY ?? "",
    secretKey: settings.S3_SECRET_KEY ?? "",
    bucket: settings.S3_BUCKET,
    region: settings.S3_REGION,
  });
  return { store, kind: "s3" };
}
