import { join } from "node:path";
import type { Log } from "@parley/platform/process/log";
import { createPartWatch, type PartWatch } from "@parley/platform/process/part-watch";
import { createFolderStore } from "./folder-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { refuseWhileAway } from "./refuse-while-away.ts";
import { type StoreDeadlines, withDeadlines } from "./with-deadlines.ts";

interface ObjectStoreSettings {
  readonly DATA_DIR: string;
  readonly S3_ENDPOINT: URL | undefined;
  readonly S3_ACCESS_KEY: string | undefined;
  readonly S3_SECRET_KEY: string | undefined;
  readonly S3_BUCKET: string;
  readonly S3_REGION: string;
}

export interface OpenedObjectStore extends AsyncDisposable {
  readonly store: ObjectStore;
  readonly kind: "s3" | "folder";
  readonly watch: PartWatch;
}

/**
 * Opens an S3 store if the settings have an endpoint, and otherwise a folder below `DATA_DIR`. A store
 * that cannot be reached is opened too: its methods fail with the refusal `unavailable` meanwhile.
 */
export async function openObjectStore(
  settings: ObjectStoreSettings,
  log: Pick<Log, "warn" | "info">,
): Promise<OpenedObjectStore> {
  const { S3_ENDPOINT: endpoint, DATA_DIR } = settings;
  const store = endpoint ? await openS3(settings, endpoint) : openFolder(DATA_DIR);
  return { ...watchStore(store, log), kind: endpoint ? "s3" : "folder" };
}

/** Makes every call of a store end, and fail with the refusal `unavailable` where the store does not respond. */
export function watchStore(
  unwatched: ObjectStore,
  log: Pick<Log, "warn" | "info">,
  deadlines?: StoreDeadlines,
) {
  const store = withDeadlines(unwatched, deadlines);
  const part = "the object store (S3_ENDPOINT)";
  const watch = createPartWatch({ part, check: store.check, log });
  return {
    store: refuseWhileAway(store, watch),
    watch,
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

const openFolder = (dataDir: string) => createFolderStore(join(dataDir, "objects"));

async function openS3(settings: ObjectStoreSettings, endpoint: URL): Promise<ObjectStore> {
  // Imported only when it is needed, because the client takes 14 MB of memory.
  const { createS3Store } = await import("./s3-store.ts");
  return createS3Store({
    endpoint,
    accessKey: settings.S3_ACCESS_KEY ?? "",
    secretKey: settings.S3_SECRET_KEY ?? "",
    bucket: settings.S3_BUCKET,
    region: settings.S3_REGION,
  });
}
