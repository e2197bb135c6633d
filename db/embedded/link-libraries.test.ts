import { afterAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkLibraries } from "./link-libraries.ts";

const folders: string[] = [];
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true });
});

/** The folder of a package with one library and a link to it. */
function packageFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-package-"));
  folders.push(folder);
  const native = join(folder, "native");
  mkdirSync(join(native, "lib"), { recursive: true });
  writeFileSync(join(native, "lib/libpq.so.5.18"), "library");
  const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
  writeFileSync(join(native, "pg-symlinks.json"), JSON.stringify(links));
  return native;
}

test("The links are made in the package, once and again", () => {
  const native = packageFolder();
  for (let times = 0; times < 2; times++)
    expect(linkLibraries(native, join(native, "own"))).toEqual([]);
  expect(readlinkSync(join(native, "lib/libpq.so.5"))).toBe("libpq.so.5.18");
  expect(existsSync(join(native, "own"))).toBe(false);
});

test.skipIf(process.platform !== "linux")(
  "The links of a read-only package are made in a folder of their own",
  () => {
    const native = packageFolder();
    const own = join(native, "../own");
    // No user may make a link there, not even root.
    rmSync(join(native, "lib"), { recursive: true });
    symlinkSync("/sys", join(native, "lib"));
    for (let times = 0; times < 2; times++)
      expect(linkLibraries(native, own)).toEqual([own, join(native, "lib")]);
    expect(readlinkSync(join(own, "libpq.so.5"))).toBe(join(native, "lib/libpq.so.5.18"));
  },
);
