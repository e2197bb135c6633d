import type { UserId } from "@parley/contracts/ids";
import type { ProfileChange } from "@parley/contracts/users";
import type { KeyRate } from "@parley/platform/async/key-rate";
import type { Avatars } from "./avatars.ts";
import { assertPicture } from "./make-avatar.ts";
import type { ProfilePart } from "./profile-notifier.ts";
import type { ProfileRow, UserStore } from "./user-store.ts";

interface ProfileChangesDeps {
  store: Pick<UserStore, "profileOf" | "updateProfile" | "setAvatar">;
  avatars: Pick<Avatars, "save" | "remove">;
  /** Limits the changes of a user, because each is sent to everyone who shares a chat. */
  rate: KeyRate;
  notify(user: UserId, part: ProfilePart): void;
}

export type ProfileChanges = ReturnType<typeof createProfileChanges>;

/**
 * Changes profiles. A change that changes nothing is neither counted nor told to anyone.
 * @throws Refusal `rate_limited` when the user changed the profile too often.
 */
export function createProfileChanges({ store, avatars, rate, notify }: ProfileChangesDeps) {
  async function setAvatar(id: UserId, avatar: string | null): Promise<void> {
    const previous = await store.setAvatar(id, avatar);
    if (previous !== null) await avatars.remove(previous);
    notify(id, "avatar");
  }

  return {
    async edit(id: UserId, change: ProfileChange): Promise<void> {
      const fields = changedFields(await store.profileOf(id), change);
      if (Object.keys(fields).length === 0) return;
      await rate.take(id);
      await store.updateProfile(id, fields);
      // Nobody is shown the locale.
      if ("display_name" in fields || "bio" in fields) notify(id, "fields");
    },

    /**
     * Replaces the avatar. An upload is counted before it is decoded, because decoding is the cost.
     * @throws Refusal `unsupported_media` or `bad_image`.
     */
    async replaceAvatar(id: UserId, upload: Uint8Array, signal: AbortSignal): Promise<void> {
      await assertPicture(upload);
      await rate.take(id);
      await setAvatar(id, await avatars.save(id, upload, signal));
    },

    async removeAvatar(id: UserId): Promise<void> {
      if ((await store.profileOf(id)).avatar === null) return;
      await rate.take(id);
      await setAvatar(id, null);
    },
  };
}

function changedFields(row: ProfileRow, { displayName, bio, locale }: ProfileChange) {
  const wanted = { display_name: displayName, bio, locale };
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => value !== undefined && value !== row[name as keyof typeof wanted],
    ),
  ) as Partial<ProfileRow>;
}
