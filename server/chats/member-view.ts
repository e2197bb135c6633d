import type { Member, MemberList } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { isoTime } from "@parley/db/iso-time";
import type { Database } from "@parley/db/open";
import type { InferOutput } from "valibot";
import type { UserView } from "../users/user-view.ts";
import { findMember, type MemberRow } from "./chat-store.ts";
import { type ListedMember, memberPage } from "./member-page.ts";

type ShownMember = InferOutput<typeof Member>;

interface MemberViewDeps {
  db: Database;
  users: Pick<UserView, "show">;
}

export type MemberView = ReturnType<typeof createMemberView>;

/** Shows a chat's members as a viewer may see them. */
export function createMemberView({ db, users }: MemberViewDeps) {
  async function view(
    viewer: UserId,
    rows: readonly (ListedMember | MemberRow)[],
  ): Promise<ShownMember[]> {
    const shown = await users.show(
      viewer,
      rows.map(({ user_id }) => user_id),
    );
    return rows.flatMap(({ user_id, role, muted_until, joined_at }) => {
      const user = shown.get(user_id);
      return user
        ? {
            user,
            role,
            mutedUntil: muted_until && isoTime(muted_until),
            joinedAt: isoTime(joined_at),
          }
        : [];
    });
  }

  return {
    /** @returns null when the viewer may not see the chat. */
    async page(
      viewer: UserId,
      chat: ChatId,
      after: string | undefined,
      limit: number,
    ): Promise<InferOutput<typeof MemberList> | null> {
      const rows = await memberPage(db, { viewer, chat, after, limit: limit + 1 });
      if (!rows) return null;
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        members: await view(viewer, rows.slice(0, limit)),
        next: last?.user_id ?? null,
      };
    },

    /** @returns null when the user is not a member. */
    async show(viewer: UserId, chat: ChatId, user: UserId): Promise<ShownMember | null> {
      const row = await findMember(db, chat, user);
      const [member] = row ? await view(viewer, [row]) : [];
      return member ?? null;
    },
  };
}
