const SIDE = 12;
const HEADER_BYTES = 54;
const BYTES_PER_PIXEL = 4;

/** Makes a PNG of soft random colours, of which an avatar of 2.4 KB is made, as of a small photo. */
export async function randomPicture(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Bun.Image(randomBitmap()).resize(128, 128).png().bytes());
}

/** A BMP with a `BITMAPINFOHEADER`, without compression. */
function randomBitmap(): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const bytes = SIDE * SIDE * BYTES_PER_PIXEL;
  header.write("BM");
  header.writeUInt32LE(HEADER_BYTES + bytes, 2);
  header.writeUInt32LE(HEADER_BYTES, 10);
  header.writeUInt32LE(HEADER_BYTES - 14, 14);
  header.writeInt32LE(SIDE, 18);
  header.writeInt32LE(SIDE, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(8 * BYTES_PER_PIXEL, 28);
  return Buffer.concat([header, crypto.getRandomValues(Buffer.alloc(bytes))]);
}
