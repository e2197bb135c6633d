import { LIMITS } from "@parley/contracts/limits";
import { PasswordChange, ProfileChange, User } from "@parley/contracts/users";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { documented, idParams, jsonBody, limitBody } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import type { Hub } from "../realtime/hub.ts";
import type { LoginThrottle } from "../sessions/login-throttle.ts";
import type { SessionStore } from "../sessions/store.ts";
import type { Avatars } from "./avatars.ts";
import { type Passwords, refuseCommon } from "./password.ts";
import type { ProfileNotifier } from "./profile-notifier.ts";
import type { UserStore } from "./store.ts";
import type { UserView } from "./user-view.ts";

export interface ProfileRoutesDeps {
  users: UserStore;
  directory: UserView;
  avatars: Avatars;
  passwords: Passwords;
  sessions: SessionStore;
  throttle: LoginThrottle;
  notifyProfileChange: ProfileNotifier;
  hub: Pick<Hub, "endSession">;
}

/** The signed-in user's profile, and those of others. */
export function createProfileRoutes(deps: ProfileRoutesDeps): Hono<AppEnv> {
  const { users, directory, avatars, passwords, sessions, throttle, notifyProfileChange, hub } =
    deps;

  async function shown(viewer: string, id: string): Promise<User> {
    const user = (await directory.show(viewer, [id])).get(id);
    if (!user) throw new Refusal("not_found");
    return user;
  }

  async function setAvatar(id: string, avatar: string | null): Promise<User> {
    const before = await users.setAvatar(id, avatar);
    if (before !== null) await avatars.remove(before);
    await notifyProfileChange(id);
    return shown(id, id);
  }

  async function verifyCurrent(id: string, password: string): Promise<void> {
    const verify = async () => passwords.verify(password, await users.passwordHash(id));
    if (!(await throttle(id, async () => (await verify()) || null)))
      throw new Refusal("wrong_password");
  }

  return new Hono<AppEnv>()
    .get(
      "/profile",
      documented({
        summary: "The user’s own profile",
        tag: "profile",
        answers: { 200: ["The user", User] },
      }),
      async function readOwn(c) {
        const { id } = c.get("user");
        return c.json(await shown(id, id));
      },
    )
    .patch(
      "/profile",
      documented({
        summary: "Changes the user’s own profile",
        tag: "profile",
        answers: { 200: ["The user as they are now", User] },
        refusals: ["invalid"],
      }),
      jsonBody(ProfileChange),
      async function changeOwn(c) {
        const { id } = c.get("user");
        await users.change(id, c.req.valid("json"));
        await notifyProfileChange(id);
        return c.json(await shown(id, id));
      },
    )
    .post(
      "/profile/password",
      documented({
        summary: "Changes the password, and ends the user’s other sessions",
        tag: "profile",
        answers: { 204: ["Changed"] },
        refusals: ["wrong_password", "invalid"],
      }),
      jsonBody(PasswordChange),
      async function changePassword(c) {
        const [{ id }, sid] = [c.get("user"), c.get("sid")];
        const { current, next } = c.req.valid("json");
        refuseCommon(next, "next");
        await verifyCurrent(id, current);
        await users.setPassword(id, await passwords.hash(next));
        for (const ended of await sessions.endOthers(id, sid)) hub.endSession(id, ended);
        return c.body(null, 204);
      },
    )
    .put(
      "/profile/avatar",
      documented({
        summary: "Makes an image the user’s avatar, small and without metadata",
        tag: "profile",
        takes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
        answers: { 200: ["The user with the avatar", User] },
        refusals: ["unsupported_media", "bad_image", "too_large", "overloaded"],
      }),
      limitBody(LIMITS.maxAvatarBytes),
      async function putAvatar(c) {
        const name = await avatars.save(new Uint8Array(await c.req.arrayBuffer()));
        return c.json(await setAvatar(c.get("user").id, name));
      },
    )
    .delete(
      "/profile/avatar",
      documented({
        summary: "Takes the user’s avatar away",
        tag: "profile",
        answers: { 200: ["The user without an avatar", User] },
      }),
      async function deleteAvatar(c) {
        return c.json(await setAvatar(c.get("user").id, null));
      },
    )
    .get(
      "/profile/:userId",
      documented({
        summary: "Someone’s profile",
        tag: "profile",
        answers: { 200: ["The user, as the caller may see them", User] },
        refusals: ["not_found"],
      }),
      idParams("userId"),
      async function readProfile(c) {
        return c.json(await shown(c.get("user").id, c.req.valid("param").userId));
      },
    );
}
