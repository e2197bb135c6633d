import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib";
import type { Plugin } from "vite";

/** Text; images and fonts are compressed as they are. */
const COMPRESSIBLE = /\.(?:html|js|css|svg|json|webmanifest|txt|xml|wasm)$/;

type Compress = (plain: Uint8Array) => Promise<Uint8Array>;

/** By the suffix of the file that holds it, each as small as it gets: it is done once. */
const CODINGS: Readonly<Record<string, Compress>> = {
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

/** Puts compressed twins beside the files of the build, and beside those of `public/`. */
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

/** Writes `x.br`, `x.zst` and `x.gz` beside every compressible file `x`, each only where it is smaller than `x`. */
export async function precompressFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(files.filter((file) => COMPRESSIBLE.test(file)).map(precompressFile));
}

async function precompressFile(file: string): Promise<void> {
  const plain = await readFile(file);
  for (const [suffix, compress] of Object.entries(CODINGS)) {
    const coded = await compress(plain);
    if (coded.byteLength < plain.byteLength) await writeFile(file + suffix, coded);
  }
}
