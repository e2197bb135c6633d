import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseFault } from "../database-fault.ts";
import { findNativeFolder } from "./native-folder.ts";

test("The package of this platform has the programs that make and run a database", () => {
  const native = findNativeFolder();
  for (const program of ["initdb", "postgres"])
    expect(existsSync(join(native, "bin", program))).toBe(true);
});

test.each(["freebsd-x64", "linux-riscv64"])(
  "A platform without an installed package, as %s, is refused with the setting that helps",
  (platform) => {
    expect(() => findNativeFolder(platform)).toThrow(DatabaseFault);
    expect(() => findNativeFolder(platform)).toThrow(new RegExp(`${platform}.*DATABASE_URL=`));
  },
);
