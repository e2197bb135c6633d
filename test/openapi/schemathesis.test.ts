import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { isMissing } from "../parts/missing.ts";
import { installSchemathesis } from "../parts/schemathesis.ts";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const SEED = "1";
const DURATION_S = 60;
/** Fewer cases within the duration would prove little. */
const LEAST_CASES = 300;
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "positive_data_acceptance",
  "negative_data_rejection",
];

const schemathesis = await installSchemathesis();
const isPossible = !isMissing(schemathesis);
if (isMissing(schemathesis))
  console.warn(`The test with Schemathesis is skipped: ${schemathesis.missing}`);

let stack: Stack;
beforeAll(async () => {
  if (isPossible) stack = await startStack("embedded");
}, 60_000);
afterAll(() => stack?.[Symbol.asyncDispose]());

test.skipIf(!isPossible)(
  "Every response to generated requests is one that the OpenAPI document describes",
  async () => {
    if (isMissing(schemathesis)) throw new Error(schemathesis.missing);
    const { code, output } = await run(schemathesis.path);
    if (code !== 0) console.log(output);
    expect(code).toBe(0);
    const cases = Number(/(\d+) generated/.exec(output)?.[1]);
    console.log(`Schemathesis: ${cases} cases`);
    expect(cases).toBeGreaterThan(LEAST_CASES);
  },
  4 * DURATION_S * 1_000,
);

/** Runs Schemathesis as the owner of a chat, without the sign-out, because the other requests need the session. */
async function run(path: string): Promise<{ code: number; output: string }> {
  const ann = await Person.register(stack.url, "ann");
  const ben = await Person.register(stack.url, "ben");
  const chat = await ann.create({ kind: "channel", name: "general" });
  const child = Bun.spawn(
    [
      ...[path, "--config-file", join(import.meta.dir, "schemathesis.toml"), "run"],
      `${stack.url}/service/api/openapi.json`,
      ...["--header", `Authorization: Bearer ${ann.token}`],
      ...["--exclude-path", "/service/api/logout"],
      ...["--phases", "coverage,fuzzing", "--checks", CHECKS.join()],
      ...["--seed", SEED, "--max-time", String(DURATION_S)],
      ...["--continue-on-failure", "--no-shrink", "--warnings", "off", "--no-color"],
    ],
    {
      env: {
        ...process.env,
        OPENAPI_CHAT: chat.id,
        OPENAPI_USER: ben.id,
        SCHEMATHESIS_HOOKS: "hooks",
        PYTHONPATH: import.meta.dir,
        PYTHONDONTWRITEBYTECODE: "1",
      },
      cwd: stack.dataDir,
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const [output, code] = [await new Response(child.stdout).text(), await child.exited];
  return { code, output };
}
