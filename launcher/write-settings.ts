import { dirname } from "node:path";
import { install } from "./prepare.ts";

const root = dirname(import.meta.dir);
await install(root);

// Every package is installed by now.
const { writeSettingsFiles } = await import("./settings-docs/settings-files.ts");
writeSettingsFiles(root);
