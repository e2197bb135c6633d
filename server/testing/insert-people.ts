import type { UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { directKey } from "../chats/plan-creation.ts";

/** Inserts a user without a password. @returns the user's ID. */
export async function insertPerson(db: Database, name: string): Promise<string> {
  const id = Bun.randomUUIDv7();
  await db
    .insertInto("users")
    .values({ id, username: usernameOf(name, id), password_hash: "-", display_name: name })
    .execute();
  return id;
}

/** The unique username of an inserted user. */
export function usernameOf(name: string, id: string): string {
  return `${name}-${id.slice(-12)}`;
}

/** Inserts a chat without events. @returns its ID. */
export async function insertChat(
  db: Database,
  kind: "group" | "direct",
  users: readonly UserId[],
): Promise<string> {
  const id = Bun.randomUUIDv7();
  await db
    .insertInto("chats")
    .values({
      id,
      kind,
      visibility: "private",
      name: "",
      topic: "",
      direct_key: kind === "direct" ? directKey(users[0] ?? "", users[1] ?? "") : null,
      created_by: users[0] ?? "",
    })
    .execute();
  await db
    .insertInto("members")
    .values(users.map((user_id) => ({ chat_id: id, user_id, role: "member" as const })))
    .execute();
  return id;
}

/** Inserts a file without bytes. @returns its ID. */
export async function insertFile(db: Database, owner: UserId, name: string): Promise<string> {
  const id = Bun.randomUUIDv7();
  await db
    .insertInto("files")
    .values({ id, owner_id: owner, name, type: "text/plain", size: 0 })
    .execute();
  return id;
}
