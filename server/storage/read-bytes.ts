import type { ObjectStore } from "./object-store.ts";

/** Reads a small object into memory. @returns null when it does not exist. */
export async function readBytes(
  objects: Pick<ObjectStore, "get">,
  key: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const object = await objects.get(key);
  return object && new Uint8Array(await new Response(object.body).arrayBuffer());
}
