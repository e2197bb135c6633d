import { LIMITS } from "@parley/contracts/limits";
import { Refusal } from "@parley/platform/http/problem";
import { removeWebpMetadata } from "./remove-webp-metadata.ts";

const { maxSidePx, maxPixels } = LIMITS.picture;

/** The accepted image types, recognised by their first bytes. */
const SIGNATURES: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n",
  (bytes) => bytes.toString("latin1", 0, 3) === "\xff\xd8\xff",
  (bytes) => /^GIF8[79]a$/.test(bytes.toString("latin1", 0, 6)),
  (bytes) => /^RIFF.{4}WEBP$/s.test(bytes.toString("latin1", 0, 12)),
];

/**
 * Checks the type and the size of an uploaded image by its first bytes, without decoding it. A declared
 * type can be wrong.
 * @throws Refusal `unsupported_media` for other types, `bad_image` for an image that is too large or broken.
 */
export async function assertPicture(upload: Uint8Array): Promise<void> {
  const start = Buffer.from(upload.subarray(0, 12));
  if (!SIGNATURES.some((matches) => matches(start)))
    throw new Refusal("unsupported_media", "An avatar is a PNG, JPEG, WebP or GIF.");
  const { width, height } = await readable(() => new Bun.Image(upload).metadata());
  if (Math.max(width, height) > maxSidePx || width * height > maxPixels)
    throw new Refusal(
      "bad_image",
      `A picture has at most ${maxSidePx} pixels a side and ${maxPixels} in all.`,
    );
}

/**
 * Converts an uploaded image to an avatar: a WebP of at most 128 pixels a side without metadata.
 * @throws Refusal `bad_image` for an image that cannot be decoded.
 */
export async function makeAvatar(upload: Uint8Array): Promise<Uint8Array> {
  const webp = await readable(() =>
    new Bun.Image(upload, { maxPixels })
      .resize(LIMITS.avatarSizePx, LIMITS.avatarSizePx, { fit: "inside", withoutEnlargement: true })
      .webp({ quality: 80 })
      .bytes(),
  );
  return removeWebpMetadata(webp);
}

async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch {
    throw new Refusal("bad_image");
  }
}
