import { fill } from "./fill.ts";
import { PASSWORD, PEOPLE } from "./talk.ts";

const url = process.argv[2] ?? `http://localhost:${process.env["GATEWAY_PORT"] ?? 8080}`;

try {
  await fill(url);
  const names = Object.keys(PEOPLE).join(", ");
  console.log(`${url} is filled. Sign in as ${names}, with the password “${PASSWORD}”.`);
} catch (error) {
  console.error(`${url} could not be filled: ${(error as Error).message}`);
  console.error("Start Parley first, with a new DATA_DIR: the demo needs an empty instance.");
  process.exit(1);
}
