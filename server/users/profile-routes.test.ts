import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { eventually } from "@parley/platform/testing/eventually";
import type { FakeConnection } from "../realtime/testing/fake-network.ts";
import { onTestDatabase } from "../testing/database.ts";
import { framesOf, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

onTestDatabase((db) => {
  let server: TestServer;
  beforeAll(() => {
    server = openTestServer(db());
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const upload = (by: Person, body: Uint8Array, type = "image/png") =>
    by.call("/profile/avatar", {
      method: "PUT",
      headers: { "content-type": type },
      body: new Blob([body as Uint8Array<ArrayBuffer>]),
    });
  const colour = async (side: number) =>
    new Uint8Array(await new Bun.Image(PIXEL).resize(side, side).png().bytes());
  const objects = () => [...server.store.objects.keys()];

  async function storedNames({ id }: Person): Promise<string[]> {
    const rows = await db().selectFrom("users").select("avatar").where("id", "=", id).execute();
    return rows.flatMap(({ avatar }) => avatar ?? []);
  }

  const profilesIn = (socket: FakeConnection) =>
    framesOf(socket, "profile").map(({ user }) => user);

  async function acquainted(): Promise<[Person, Person]> {
    const [ann, bob] = [await server.person("ann"), await server.person("bob")];
    const { body } = await ann.post("/chats", { kind: "direct", members: [bob.id] });
    await bob.post(`/chats/${body.id}/accept`);
    return [ann, bob];
  }

  describe("a profile", () => {
    test("A change replaces the given fields of a profile and no others", async () => {
      const ann = await server.person("ann");
      const { body } = await ann.patch("/profile", { displayName: " Ann Lee ", bio: "Hi 👋" });
      expect(body).toMatchObject({ displayName: "Ann Lee", bio: "Hi 👋", username: ann.username });
      await ann.patch("/profile", { locale: "ru" });
      expect((await ann.get("/profile")).body).toEqual(body);
      expect((await ann.patch("/profile", { locale: "xx" })).status).toBe(422);
      expect((await ann.patch("/profile", { displayName: "" })).status).toBe(422);
    });

    test("A profile is visible to others, and an unknown ID is answered with not found", async () => {
      const [ann, bob] = await acquainted();
      expect((await ann.get(`/profile/${bob.id}`)).body).toMatchObject({ id: bob.id });
      expect((await ann.get(`/profile/${crypto.randomUUID()}`)).status).toBe(404);
      expect((await ann.get("/profile/bob")).status).toBe(404);
    });

    test("Changes are gathered into one frame for users online who share a chat, except those with an active block", async () => {
      const [ann, bob] = await acquainted();
      const stranger = await server.person("stranger");
      const [own, other, far] = (await Promise.all([ann, bob, stranger].map(server.connect))) as [
        FakeConnection,
        FakeConnection,
        FakeConnection,
      ];
      await ann.patch("/profile", { displayName: "New" });
      await ann.patch("/profile", { displayName: "Newer" });
      await ann.patch("/profile", { bio: "Newest" });
      for (const socket of [own, other]) {
        await eventually(() => profilesIn(socket).length > 0);
        expect(profilesIn(socket)).toMatchObject([{ displayName: "Newer", bio: "Newest" }]);
        expect(profilesIn(socket)[0]).not.toHaveProperty("avatar");
      }
      await bob.post("/block", { userId: ann.id });
      const before = profilesIn(other).length;
      await ann.patch("/profile", { displayName: "Hidden" });
      await eventually(() => profilesIn(own).at(-1)?.displayName === "Hidden");
      expect(profilesIn(other)).toHaveLength(before);
      expect(profilesIn(far)).toEqual([]);
    });

    test("A change that changes nothing is told to nobody, and is not counted", async () => {
      const ann = await server.person("ann");
      const socket = await server.connect(ann);
      await ann.patch("/profile", { displayName: "Ann" });
      for (let n = 0; n < 15; n++) {
        expect((await ann.patch("/profile", { displayName: " Ann " })).status).toBe(200);
        expect((await ann.patch("/profile", {})).status).toBe(200);
        expect((await ann.delete("/profile/avatar")).status).toBe(200);
      }
      await ann.patch("/profile", { bio: "Hi" });
      await eventually(() => profilesIn(socket).some(({ bio }) => bio === "Hi"));
      expect(profilesIn(socket).length).toBeLessThanOrEqual(2);
    });

    test("The eleventh change within a minute is refused until the first is a minute old", async () => {
      const ann = await server.person("ann");
      for (let n = 0; n < LIMITS.maxProfileChangesPerMinute; n++)
        expect((await ann.patch("/profile", { bio: `bio ${n}` })).status).toBe(200);
      const refused = await ann.patch("/profile", { bio: "one more" });
      expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
      expect((await upload(ann, await colour(30))).status).toBe(429);
      expect((await ann.get("/profile")).body.bio).toBe("bio 9");
    });
  });

  describe("an avatar", () => {
    test("An uploaded avatar becomes the Data URL of a WebP and is sent to others", async () => {
      const [ann, bob] = await acquainted();
      const socket = await server.connect(bob);
      const { status, body } = await upload(ann, await colour(200));
      expect(status).toBe(200);
      expect(body.avatar).toStartWith("data:image/webp;base64,UklGR");
      await eventually(() => profilesIn(socket).at(-1)?.avatar === body.avatar);
      expect((await bob.get(`/profile/${ann.id}`)).body.avatar).toBe(body.avatar);
      expect((await ann.delete("/profile/avatar")).body.avatar).toBeNull();
      await eventually(() => profilesIn(socket).at(-1)?.avatar === null);
    });

    test("One picture of a user is decoded at a time, and a further one is refused when two wait", async () => {
      const ann = await server.person("ann");
      const large = new Uint8Array(await new Bun.Image(PIXEL).resize(3_000, 3_000).png().bytes());
      const answers = await Promise.all(Array.from({ length: 9 }, () => upload(ann, large)));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(3);
      expect(new Set(statuses)).toEqual(new Set([200, 429]));
      const other = await server.person("other");
      expect((await upload(other, large)).status).toBe(200);
    });

    test("An avatar is hidden from a user with an active block", async () => {
      const [ann, bob] = await acquainted();
      await upload(ann, await colour(60));
      await ann.post("/block", { userId: bob.id });
      expect((await bob.get(`/profile/${ann.id}`)).body.avatar).toBeNull();
      expect((await ann.get("/profile")).body.avatar).not.toBeNull();
    });

    test("A removed or replaced avatar is deleted without the equal avatar of another user", async () => {
      const [ann, bob] = await acquainted();
      const picture = await colour(90);
      const others = objects().length;
      await upload(ann, picture);
      await upload(bob, picture);
      await ann.delete("/profile/avatar");
      expect(objects()).toHaveLength(others + 1);
      await upload(bob, await colour(91));
      expect(objects()).toHaveLength(others + 1);
      expect((await bob.get("/profile")).body.avatar).not.toBeNull();
    });

    test("An avatar survives when another user removes the same picture during the upload", async () => {
      const [ann, bob] = await acquainted();
      const picture = await colour(92);
      await upload(ann, picture);
      const { put } = server.store;
      server.store.put = async (...object) => {
        await put(...object);
        server.store.put = put;
        await ann.delete("/profile/avatar");
      };
      await upload(bob, picture);
      const [name] = await storedNames(bob);
      expect(server.store.objects.has(`avatars/${name}`)).toBe(true);
    });

    test("Concurrent uploads and removals of one user leave one stored avatar or none", async () => {
      const ann = await server.person("ann");
      const others = objects().length;
      const picture = await colour(93);
      await Promise.all([
        upload(ann, picture),
        ann.delete("/profile/avatar"),
        upload(ann, picture),
        ann.delete("/profile/avatar"),
        upload(ann, picture),
      ]);
      const [name] = await storedNames(ann);
      expect(objects()).toHaveLength(others + (name ? 1 : 0));
      if (name) expect(server.store.objects.has(`avatars/${name}`)).toBe(true);
    });

    test("An avatar that the store has lost is shown as none", async () => {
      const ann = await server.person("ann");
      await db()
        .updateTable("users")
        .set({ avatar: "0".repeat(64) })
        .where("id", "=", ann.id)
        .execute();
      expect(await ann.get("/profile")).toMatchObject({ status: 200, body: { avatar: null } });
    });

    test("An upload is rejected by its bytes and size, whatever its declared type", async () => {
      const ann = await server.person("ann");
      const code = async (bytes: Uint8Array, type?: string) =>
        (await upload(ann, bytes, type)).body.code;
      expect(await code(Buffer.from("<svg/>"), "image/png")).toBe("unsupported_media");
      expect(await code(PIXEL.subarray(0, 40))).toBe("bad_image");
      expect(await code(new Uint8Array(LIMITS.maxAvatarBytes + 1))).toBe("too_large");
      expect((await upload(ann, PIXEL, "text/plain")).status).toBe(200);
    });
  });
});
