import { LIMITS } from "@parley/contracts/limits";
import { createSemaphore } from "@parley/platform/async/semaphore";
import { Refusal } from "@parley/platform/http/problem";
import { removeWebpMetadata } from "./remove-webp-metadata.ts";

/** An image of this size takes 160 MB while it is decoded, so that one is decoded at a time. */
const MAX_PIXELS = 40_000_000;
const MAX_QUEUED = 20;
const runExclusively = createSemaphore(1, MAX_QUEUED);

/** The accepted image types, recognised by their first bytes. */
const SIGNATURES: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n",
  (bytes) => bytes.toString("latin1", 0, 3) === "\xff\xd8\xff",
  (bytes) => /^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6)),
  (bytes) => /^RIFF.{4}WEBP$/s.test(bytes.toString("latin1", 0, 12)),
];

/**
 * Converts an uploaded image to an avatar: a WebP of at most 128 pixels a side without metadata.
 *
 * The image type is taken from the bytes, because a declared type can be wrong.
 * @throws Refusal `unsupported_media` for other types, `bad_image` for an image that cannot be decoded.
 */
export async function makeAvatar(upload: Uint8Array): Promise<Uint8Array> {
  const start = Buffer.from(upload.subarray(0, 12));
  if (!SIGNATURES.some((matches) => matches(start)))
    throw new Refusal("unsupported_media", "An avatar is a PNG, JPEG, WebP or GIF.");
  return removeWebpMetadata(await runExclusively(() => reencode(upload)));
}

async function reencode(upload: Uint8Array): Promise<Uint8Array> {
  try {
    return await new Bun.Image(upload, { maxPixels: MAX_PIXELS })
      .resize(LIMITS.avatarSizePx, LIMITS.avatarSizePx, {
        fit: "inside",
        withoutEnlargement: true,
      })
      .webp({ quality: 80 })
      .bytes();
  } catch {
    throw new Refusal("bad_image");
  }
}
