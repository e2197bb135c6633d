import { afterAll, beforeAll, expect, test } from "bun:test";
import { onTestDatabase } from "../testing/database.ts";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

onTestDatabase((db) => {
  let server: TestServer;
  let ann: Person;
  let igor: Person;
  beforeAll(async () => {
    server = openTestServer(db());
    ann = await server.person("ann_x");
    igor = await server.person("igor");
    await igor.patch("/profile", { displayName: "Игорь 50%" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function found(query: string, by = ann): Promise<string[]> {
    const { body } = await by.get(`/users?${query}`);
    return body.users.map(({ id }: { id: string }) => id);
  }

  test("Users are found by the start of their username in any case", async () => {
    expect(await found("query=IGOR-")).toEqual([igor.id]);
    expect(await found("query=gor-")).toEqual([]);
  });

  test("Users are found by the start of their display name in any case and script", async () => {
    expect(await found(`query=${encodeURIComponent("игорь")}`)).toEqual([igor.id]);
    expect(await found(`query=${encodeURIComponent("ИГ")}`)).toEqual([igor.id]);
  });

  test("Wildcards of a LIKE pattern match only themselves", async () => {
    expect(await found(`query=${encodeURIComponent("игорь 50%")}`)).toEqual([igor.id]);
    expect(await found(`query=${encodeURIComponent("%")}`)).toEqual([]);
    expect(await found("query=ann_x")).toEqual([ann.id]);
    expect(await found("query=ann_-")).toEqual([]);
    expect(await found(`query=${encodeURIComponent("\\")}`)).toEqual([]);
  });

  test("A user with an active block is found by ID but not by name, whoever made the block", async () => {
    const bob = await server.person("bob");
    await bob.post("/block", { userId: ann.id });
    expect(await found(`query=${bob.username}`)).toEqual([]);
    expect(await found(`query=${ann.username}`, bob)).toEqual([]);
    expect(await found(`ids=${bob.id}`)).toEqual([bob.id]);
    await bob.delete(`/block/${ann.id}`);
    expect(await found(`query=${bob.username}`)).toEqual([bob.id]);
  });

  test("Results are ordered by username and limited to the requested number", async () => {
    const everyone = await found("query=");
    expect(everyone.length).toBeGreaterThanOrEqual(3);
    expect(await found("query=&limit=2")).toEqual(everyone.slice(0, 2));
  });

  test("Known IDs are returned in the requested order", async () => {
    const ids = [igor.id, crypto.randomUUID(), ann.id];
    expect(await found(`ids=${ids.join(",")}`)).toEqual([igor.id, ann.id]);
  });

  test.each(["ids=bob", "limit=0", "limit=101", "limit=x", "limit=1&limit=2"])(
    "The query %s is rejected",
    async (query) => {
      expect((await ann.get(`/users?${query}`)).status).toBe(422);
    },
  );

  test("More than 100 IDs are rejected", async () => {
    const ids = Array.from({ length: 101 }, () => crypto.randomUUID()).join(",");
    expect((await ann.get(`/users?ids=${ids}`)).status).toBe(422);
  });
});
