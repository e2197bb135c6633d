import { describe, expect, test } from "bun:test";
import { Person } from "../stack/person.ts";
import { freePort } from "../stack/program.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { startOwnPostgres } from "../torture/own-postgres.ts";

/** A picture of one pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const readyz = (stack: Stack) => fetch(`${stack.serverUrl}/service/readyz`);

function linesOf(stack: Stack): Record<string, unknown>[] {
  const lines = stack.server.output().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

describe.skipIf(!process.env["TEST_DATABASE_URL"])("the readiness of the server", () => {
  test("An object store that is away degrades a server, and makes uploads of avatars unavailable", async () => {
    await using stack = await startStack("postgres", {
      S3_ENDPOINT: `http://127.0.0.1:${freePort()}`,
      S3_SECRET_KEY: "secret-of-mine",
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => readyz(stack)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await answers[0]?.json()).toEqual({
      status: "degraded",
      parts: { database: "ok", objects: "away" },
    });
    const ann = await Person.register(stack.url, "ann");
    const upload = await fetch(`${stack.url}/service/api/profile/avatar`, {
      method: "PUT",
      headers: { authorization: `Bearer ${ann.token}`, "content-type": "image/png" },
      body: PNG,
    });
    expect([upload.status, await upload.json()]).toMatchObject([503, { code: "unavailable" }]);
    using socket = await ann.connect();
    await socket.say((await ann.create({ kind: "group", name: "room" })).id, "talk goes on");
    const warnings = linesOf(stack).filter(({ part }) => part !== undefined);
    expect(warnings.map(({ level, part }) => [level, part])).toEqual([
      ["warn", "the object store (S3_ENDPOINT)"],
    ]);
    expect(stack.server.output()).not.toContain("secret-of-mine");
  });

  test("A server is ready while its database responds", async () => {
    await using postgres = await startOwnPostgres();
    await using stack = await startStack("postgres", { DATABASE_URL: postgres.url });
    expect(await (await readyz(stack)).json()).toEqual({
      status: "ok",
      parts: { database: "ok", objects: "ok" },
    });
    await postgres.kill();
    const away = await until(stack, 503);
    expect(away.headers.get("retry-after")).toBe("1");
    expect(await away.json()).toMatchObject({ code: "unavailable" });
    await postgres.start();
    await until(stack, 200);
  });
});

async function until(stack: Stack, status: number): Promise<Response> {
  for (;;) {
    const response = await readyz(stack);
    if (response.status === status) return response;
    await Bun.sleep(20);
  }
}
