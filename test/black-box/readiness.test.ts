import { describe, expect, test } from "bun:test";
import { freePort } from "@parley/platform/testing/free-port";
import { Person } from "../stack/person.ts";
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
    const metrics = await (await fetch(`${stack.serverUrl}/service/metrics`)).text();
    expect(metrics.match(/^(app_ready|app_dependency_up).*$/gm)).toEqual([
      "app_ready 1",
      'app_dependency_up{part="database"} 1',
      'app_dependency_up{part="objects"} 0',
    ]);
    // The check of the database may wait for a connection at the moment of the scrape.
    expect(metrics).toMatch(/^database_pool_waiting [01]$/m);
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

  test("An object store that accepts requests and never answers makes uploads unavailable within seconds", async () => {
    using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    await using stack = await startStack("postgres", {
      S3_ENDPOINT: `http://127.0.0.1:${silent.port}`,
    });
    const ann = await Person.register(stack.url, "ann");
    const upload = async () => {
      const start = performance.now();
      const { status } = await fetch(`${stack.url}/service/api/profile/avatar`, {
        method: "PUT",
        headers: { authorization: `Bearer ${ann.token}`, "content-type": "image/png" },
        body: PNG,
      });
      return { status, ms: performance.now() - start };
    };
    expect(await (await readyz(stack)).json()).toMatchObject({ status: "degraded" });
    for (let n = 0; n < 3; n++) {
      const { status, ms } = await upload();
      expect(status).toBe(503);
      expect(ms).toBeLessThan(5_000);
    }
    using socket = await ann.connect();
    await socket.say((await ann.create({ kind: "group", name: "room" })).id, "talk goes on");
  });

  test("An outage of the database is one line when it begins and one when it ends", async () => {
    await using postgres = await startOwnPostgres();
    const settings = { DATABASE_URL: postgres.url, RATE_LIMIT_RPS: "10000" };
    await using stack = await startStack("postgres", settings);
    const ann = await Person.register(stack.url, "ann");
    const { id: chat } = await ann.create({ kind: "group", name: "room" });
    const call = (path: string, body?: object) =>
      fetch(`${stack.url}/service/api${path}`, {
        method: body ? "POST" : "GET",
        headers: { authorization: `Bearer ${ann.token}`, "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      }).then(({ status }) => status);
    const send = () => call("/messages", { chat, clientId: crypto.randomUUID(), body: "hello" });
    await postgres.kill();
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const reads = Array.from({ length: 20 }, () => call("/profile"));
      for (const status of await Promise.all(reads)) statuses.add(status);
    }
    const sent = Array.from({ length: 5 }, send);
    await Bun.sleep(1_500);
    await postgres.start();
    await Promise.all(sent);
    await until(stack, 200);
    while (!stack.server.output().includes("responds again")) await Bun.sleep(20);
    expect(statuses).toEqual(new Set([503]));
    const noticed = linesOf(stack).filter(
      ({ level, msg }) => level !== "info" || /respond/.test(String(msg)),
    );
    expect(noticed).toMatchObject([
      { level: "warn", part: "the database (DATABASE_URL)", msg: "dependency does not respond" },
      { level: "info", msg: "dependency responds again" },
    ]);
    expect(noticed[1]?.["failures"]).toBeGreaterThanOrEqual(400);
    expect(noticed[1]?.["awayMs"]).toBeGreaterThanOrEqual(1_000);
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
