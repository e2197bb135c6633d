/** Chunks of a WebP that say something beyond its picture: a colour profile, EXIF, XMP. */
const METADATA = new Set(["ICCP", "EXIF", "XMP "]);
/** Their flags in the first byte of the `VP8X` chunk. */
const METADATA_FLAGS = 0x20 | 0x08 | 0x04;
const HEADER = 12;

/**
 * Takes all metadata out of a WebP, and leaves the picture as it is.
 *
 * Bun keeps the source's colour profile through re-encoding: a profile is up to megabytes of whatever
 * its maker wrote. The layout is that of RFC 9649, 2.
 */
export function withoutMetadata(webp: Uint8Array): Uint8Array {
  const kept = chunksOf(webp).filter(({ name }) => !METADATA.has(name));
  const size = kept.reduce((sum, { bytes }) => sum + bytes.length, HEADER);
  const out = new Uint8Array(size);
  out.set(webp.subarray(0, HEADER));
  new DataView(out.buffer).setUint32(4, size - 8, true);
  let offset = HEADER;
  for (const { name, bytes } of kept) {
    out.set(bytes, offset);
    if (name === "VP8X") out[offset + 8] = (out[offset + 8] ?? 0) & ~METADATA_FLAGS;
    offset += bytes.length;
  }
  return out;
}

/** The chunks of a well-formed WebP, each with its header and padding. */
function chunksOf(webp: Uint8Array): { name: string; bytes: Uint8Array }[] {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks: { name: string; bytes: Uint8Array }[] = [];
  for (let start = HEADER; start + 8 <= webp.length; ) {
    const name = String.fromCharCode(...webp.subarray(start, start + 4));
    const payload = view.getUint32(start + 4, true);
    const end = start + 8 + payload + (payload % 2);
    chunks.push({ name, bytes: webp.subarray(start, end) });
    start = end;
  }
  return chunks;
}
