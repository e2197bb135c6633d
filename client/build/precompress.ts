import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib";
import type { Plugin } from "vite";

/** Text formats; images and fonts are compressed already. */
const COMPRESSIBLE = /\.(?:html|js|css|svg|json|webmanifest|txt|xml|wasm)$/;

type Compress = (plain: Uint8Array) => Promise<Uint8Array>;

/** Encoders by file suffix, each at its best level, because a build is compressed once. */
const ENCODERS: Readonly<Record<string, Compress>> = {
  ".br": (plain) =>
    promisify(brotliCompress)(plain, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: plain.byteLength,
      },
    }),
  ".zst": (plain) =>
    promisify(zstdCompress)(plain, { params: { [constants.ZSTD_c_compressionLevel]: 19 } }),
  ".gz": (plain) => promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION }),
};

/** Writes compressed variants beside the files of the build, those of `public/` included. */
export function precompress(): Plugin {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
    },
    closeBundle: () => precompressFolder(folder),
  };
}

/** Writes `x.br`, `x.zst` and `x.gz` beside each text file `x`, each only if it is smaller than `x`. */
export async function precompressFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(files.filter((file) => COMPRESSIBLE.test(file)).map(precompressFile));
}

async function precompressFile(file: string): Promise<void> {
  const plain = await readFile(file);
  for (const [suffix, compress] of Object.entries(ENCODERS)) {
    const encoded = await compress(plain);
    if (encoded.byteLength < plain.byteLength) await writeFile(file + suffix, encoded);
  }
}
