import manifest from "../package.json" with { type: "json" };

/** The version of Parley that this process runs. */
export const VERSION: string = manifest.version;
