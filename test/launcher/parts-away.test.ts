import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyEmbeddedTemplate } from "../stack/embedded-template.ts";
import { freePort, startProgram } from "../stack/program.ts";

async function startServer(settings: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "parley-away-"));
  await copyEmbeddedTemplate(folder);
  const port = freePort();
  const program = startProgram("server/main.ts", {
    DATA_DIR: folder,
    SERVER_PORT: String(port),
    ...settings,
  });
  const logged = () =>
    program
      .output()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return {
    program,
    logged,
    ready: () => fetch(`http://127.0.0.1:${port}/service/readyz`).catch(() => null),
    async [Symbol.asyncDispose]() {
      await program.end();
      await rm(folder, { recursive: true });
    },
  };
}

test("An object store that does not answer is logged once, however often /readyz is requested", async () => {
  await using server = await startServer({
    S3_ENDPOINT: `http://127.0.0.1:${freePort()}`,
    S3_ACCESS_KEY: "parley",
    S3_SECRET_KEY: "secret-of-mine",
  });
  for (let answered = 0; answered < 3; await Bun.sleep(25)) {
    const answer = await server.ready();
    if (answer) answered++;
    if (answer) expect(answer.status).toBe(503);
  }
  const warnings = server.logged().filter(({ part }) => part !== undefined);
  expect(warnings.map(({ level, part }) => [level, part])).toEqual([
    ["warn", "the object store (S3_ENDPOINT)"],
  ]);
  expect(server.program.output()).not.toContain("secret-of-mine");
});
