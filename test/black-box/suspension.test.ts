import { describe, expect, test } from "bun:test";
import pg from "pg";
import { createDatabase } from "../stack/database.ts";
import { Person } from "../stack/person.ts";
import { Socket } from "../stack/socket.ts";
import { startStack } from "../stack/stack.ts";

const SIGNED_OUT = 4401;

describe.skipIf(!process.env["TEST_DATABASE_URL"])(
  "a user who is suspended in the database",
  () => {
    test("No socket is opened, although the session was in use a moment before", async () => {
      await using database = await createDatabase();
      await using stack = await startStack("postgres", { DATABASE_URL: database.url });
      const admin = new pg.Client({ connectionString: database.url });
      await admin.connect();
      try {
        const ann = await Person.register(stack.url, "ann");
        await ann.json("GET", "/profile");
        await admin.query("update users set suspended_until = 'infinity' where id = $1", [ann.id]);
        const headers = { authorization: `Bearer ${ann.token}` };
        const direct = new Socket(`${stack.serverUrl.replace("http", "ws")}/service/ws`, headers);
        await expect(direct.opened()).rejects.toThrow();
        const linked = new Socket(`${stack.url.replace("http", "ws")}/ws`, headers);
        await linked.opened();
        expect(await linked.closed).toBe(SIGNED_OUT);
        expect(linked.frames).toEqual([]);
      } finally {
        await admin.end();
      }
    }, 60_000);
  },
);
