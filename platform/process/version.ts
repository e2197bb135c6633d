import manifest from "../../package.json" with { type: "json" };

/** The version of Parley that this process runs. */
export const VERSION: string = manifest.version;

/** Name and version of the runtime. */
export const RUNTIME: string = process.versions.bun
  ? `bun ${process.versions.bun}`
  : `node ${process.versions.node}`;
