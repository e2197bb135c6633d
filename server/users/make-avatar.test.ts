import { describe, expect, test } from "bun:test";
import { assertPicture, makeAvatar } from "./make-avatar.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const GIF = Buffer.from("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");

/** A picture of this size, to be encoded in one of the types that Bun writes. */
function picture(width: number, height: number): Bun.Image {
  return new Bun.Image(PIXEL).resize(width, height);
}

/** A JPEG with a colour profile, and with EXIF that holds a name. */
async function jpegWithMetadata(): Promise<Uint8Array> {
  const jpeg = await picture(300, 200).jpeg().bytes();
  const exif = segment(0xe1, Buffer.from("Exif\0\0II*\0\x08\0\0\0\0\0 taken by Ann", "latin1"));
  const profile = Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), iccProfile()]);
  return Buffer.concat([jpeg.subarray(0, 2), exif, segment(0xe2, profile), jpeg.subarray(2)]);
}

function segment(marker: number, payload: Buffer): Buffer {
  const header = Buffer.from([0xff, marker, 0, 0]);
  header.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([header, payload]);
}

/** The header of a colour profile, with its size. */
function iccProfile(): Buffer {
  const profile = Buffer.alloc(132);
  profile.writeUInt32BE(profile.length, 0);
  profile.write("mntrRGB XYZ ", 12, "latin1");
  profile.write("acsp", 36, "latin1");
  return profile;
}

function chunkNames(webp: Uint8Array): string[] {
  const bytes = Buffer.from(webp);
  const names: string[] = [];
  for (let at = 12; at < bytes.length; ) {
    names.push(bytes.toString("latin1", at, at + 4));
    const size = bytes.readUInt32LE(at + 4);
    at += 8 + size + (size % 2);
  }
  return names;
}

describe("an avatar", () => {
  test("An avatar is a WebP of at most 128 pixels a side with the aspect ratio of the upload", async () => {
    const avatar = await makeAvatar(await picture(600, 300).png().bytes());
    expect(await new Bun.Image(avatar).metadata()).toEqual({
      format: "webp",
      width: 128,
      height: 64,
    });
  });

  test("An avatar is not larger than the upload", async () => {
    const avatar = await makeAvatar(await picture(20, 10).png().bytes());
    expect(await new Bun.Image(avatar).metadata()).toMatchObject({ width: 20, height: 10 });
  });

  test.each([
    ["PNG", () => picture(50, 50).png().bytes()],
    ["JPEG", () => picture(50, 50).jpeg().bytes()],
    ["WebP", () => picture(50, 50).webp().bytes()],
    ["GIF", async () => GIF],
  ] as const)("An avatar can be made of a %s", async (_type, upload) => {
    expect(chunkNames(await makeAvatar(await upload())).length).toBeGreaterThan(0);
  });

  test("An avatar has no colour profile and no EXIF, although re-encoding keeps the profile", async () => {
    const upload = await jpegWithMetadata();
    const reencoded = await new Bun.Image(upload).webp().bytes();
    expect(chunkNames(reencoded)).toContain("ICCP");
    const avatar = await makeAvatar(upload);
    for (const name of ["ICCP", "EXIF", "XMP "]) expect(chunkNames(avatar)).not.toContain(name);
    expect(Buffer.from(avatar).includes("Ann")).toBe(false);
    const size = Buffer.from(avatar).readUInt32LE(4);
    expect(size).toBe(avatar.length - 8);
    expect(await new Bun.Image(avatar).metadata()).toMatchObject({ width: 128, height: 85 });
  });
});

test.each([
  ["an SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
  ["HTML", "<!doctype html>"],
  ["a BMP", "BM000000000000"],
  ["nothing", ""],
])("An upload of %s is refused as an unsupported type", async (_what, text) => {
  await expect(assertPicture(Buffer.from(text))).rejects.toMatchObject({
    code: "unsupported_media",
  });
});

test("A truncated image is refused", async () => {
  const png = await picture(50, 50).png().bytes();
  await expect(makeAvatar(png.subarray(0, 60))).rejects.toMatchObject({ code: "bad_image" });
});

test.each([
  [30_000, 30_000],
  [16_385, 1],
  [1, 16_385],
  [10_000, 4_001],
])("A picture of %i by %i pixels is refused before it is decoded", async (width, height) => {
  await expect(assertPicture(await claiming(width, height))).rejects.toMatchObject({
    code: "bad_image",
  });
});

test("A picture of 16,384 pixels a side is accepted", async () => {
  expect(await assertPicture(await claiming(16_384, 2_000))).toBeUndefined();
});

test("A small file with a huge canvas is not decoded", async () => {
  await expect(makeAvatar(await claiming(30_000, 30_000))).rejects.toMatchObject({
    code: "bad_image",
  });
});

/** A PNG of one pixel whose header states another size. */
async function claiming(width: number, height: number): Promise<Buffer> {
  const png = Buffer.from(await picture(1, 1).png().bytes());
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE(Bun.hash.crc32(png.subarray(12, 29)), 29);
  return png;
}
