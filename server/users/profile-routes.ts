import type { UserId } from "@parley/contracts/ids";
import { ProfileChange, User } from "@parley/contracts/users";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { idParams, jsonBody } from "../http/request-validators.ts";
import type { ProfileChanges } from "./profile-changes.ts";
import type { UserView } from "./user-view.ts";

interface ProfileRoutesDeps {
  changes: ProfileChanges;
  view: Pick<UserView, "show">;
}

/** The routes of the signed-in user's profile, and of other users' profiles. */
export function createProfileRoutes({ changes, view }: ProfileRoutesDeps): Hono<AppEnv> {
  async function show(viewer: UserId, id: UserId): Promise<User> {
    const user = (await view.show(viewer, [id])).get(id);
    if (!user) throw new Refusal("not_found");
    return user;
  }

  return new Hono<AppEnv>()
    .get(
      "/profile",
      documented("GET /service/api/profile", {
        summary: "Returns the user’s own profile",
        tag: "profile",
        answers: { 200: ["The user", User] },
      }),
      async function readOwn(c) {
        const { id } = c.get("user");
        return c.json(await show(id, id));
      },
    )
    .patch(
      "/profile",
      documented("PATCH /service/api/profile", {
        summary: "Changes the user’s own profile",
        tag: "profile",
        answers: { 200: ["The user after the change", User] },
        refusals: ["invalid"],
      }),
      jsonBody(ProfileChange),
      async function changeOwn(c) {
        const { id } = c.get("user");
        await changes.edit(id, c.req.valid("json"));
        return c.json(await show(id, id));
      },
    )
    .put(
      "/profile/avatar",
      documented("PUT /service/api/profile/avatar", {
        summary: "Stores an image, scaled down and without metadata, as the user’s avatar",
        tag: "profile",
        takes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
        answers: { 200: ["The user with the avatar", User] },
        refusals: ["unsupported_media", "bad_image", "too_large", "overloaded"],
      }),
      async function putAvatar(c) {
        const { id } = c.get("user");
        const upload = new Uint8Array(await c.req.arrayBuffer());
        await changes.replaceAvatar(id, upload, c.req.raw.signal);
        return c.json(await show(id, id));
      },
    )
    .delete(
      "/profile/avatar",
      documented("DELETE /service/api/profile/avatar", {
        summary: "Removes the user’s avatar",
        tag: "profile",
        answers: { 200: ["The user without an avatar", User] },
      }),
      async function deleteAvatar(c) {
        const { id } = c.get("user");
        await changes.removeAvatar(id);
        return c.json(await show(id, id));
      },
    )
    .get(
      "/profile/:userId",
      documented("GET /service/api/profile/:userId", {
        summary: "Returns another user’s profile",
        tag: "profile",
        answers: { 200: ["The user, as the caller may see them", User] },
        refusals: ["not_found"],
      }),
      idParams("userId"),
      async function readProfile(c) {
        return c.json(await show(c.get("user").id, c.req.valid("param").userId));
      },
    );
}
