import type { Client } from "minio";
import type { ByteSource } from "./byte-source.ts";

/** The smallest size that S3 allows for every part but the last. */
export const PART_BYTES = 5 * 1024 * 1024;

/**
 * Uploads a large object part by part, of which one is in memory at a time. The object appears when
 * all parts were uploaded.
 */
export async function putInParts(
  client: Client,
  { bucketName, objectName }: Record<"bucketName" | "objectName", string>,
  source: ByteSource,
  headers: Record<string, string>,
): Promise<void> {
  const uploadID = await client.initiateNewMultipartUpload(bucketName, objectName, headers);
  try {
    const parts: { part: number; etag: string }[] = [];
    for (let offset = 0; offset < source.size; offset += PART_BYTES) {
      const bytes = await source.read(offset, Math.min(PART_BYTES, source.size - offset));
      const partNumber = parts.length + 1;
      const part = { bucketName, objectName, uploadID, partNumber, headers: {} };
      parts.push(await client.uploadPart(part, bytes));
    }
    await client.completeMultipartUpload(bucketName, objectName, uploadID, parts);
  } catch (error) {
    await client.abortMultipartUpload(bucketName, objectName, uploadID).catch(() => {});
    throw error;
  }
}
