/** The names of the chunks that hold metadata: a colour profile, EXIF, XMP. */
const METADATA_CHUNKS = new Set(["ICCP", "EXIF", "XMP "]);
/** The flags of these chunks in the first byte of the `VP8X` chunk. */
const METADATA_FLAGS = 0x20 | 0x08 | 0x04;
const HEADER_BYTES = 12;

/**
 * Removes all metadata from a WebP (RFC 9649, 2), and leaves the picture unchanged.
 *
 * This is needed because Bun keeps the source's colour profile when it re-encodes an image, and a
 * profile can hold megabytes of arbitrary data.
 */
export function removeWebpMetadata(webp: Uint8Array): Uint8Array {
  const kept = chunksOf(webp).filter(({ name }) => !METADATA_CHUNKS.has(name));
  const size = kept.reduce((sum, { bytes }) => sum + bytes.length, HEADER_BYTES);
  const out = new Uint8Array(size);
  out.set(webp.subarray(0, HEADER_BYTES));
  new DataView(out.buffer).setUint32(4, size - 8, true);
  let offset = HEADER_BYTES;
  for (const { name, bytes } of kept) {
    out.set(bytes, offset);
    if (name === "VP8X") out[offset + 8] = (out[offset + 8] ?? 0) & ~METADATA_FLAGS;
    offset += bytes.length;
  }
  return out;
}

/** @returns the chunks of a well-formed WebP, each with its header and padding. */
function chunksOf(webp: Uint8Array): { name: string; bytes: Uint8Array }[] {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks: { name: string; bytes: Uint8Array }[] = [];
  for (let start = HEADER_BYTES; start + 8 <= webp.length; ) {
    const name = String.fromCharCode(...webp.subarray(start, start + 4));
    const payload = view.getUint32(start + 4, true);
    const end = start + 8 + payload + (payload % 2);
    chunks.push({ name, bytes: webp.subarray(start, end) });
    start = end;
  }
  return chunks;
}
