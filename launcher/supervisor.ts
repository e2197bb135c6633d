import { run } from "./run.ts";

/** The launcher becomes this program when everything is built and checked. */
const [root = "", plan = ""] = process.argv.slice(2);
process.exit(await run(root, JSON.parse(plan)));
