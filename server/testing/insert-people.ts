import type { Database } from "@parley/db/open";

/** Puts somebody into the database, who can't sign in. @returns their ID. */
export async function insertPerson(db: Database, name: string): Promise<string> {
  const id = Bun.randomUUIDv7();
  await db
    .insertInto("users")
    .values({ id, username: usernameOf(name, id), password_hash: "-", display_name: name })
    .execute();
  return id;
}

/** The username of somebody inserted, theirs alone. */
export function usernameOf(name: string, id: string): string {
  return `${name}-${id.slice(-12)}`;
}

/** Puts a chat into the database, of which nothing is told. @returns its ID. */
export async function insertChat(
  db: Database,
  kind: "group" | "direct",
  users: readonly string[],
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
      direct_key: kind === "direct" ? id : null,
      created_by: users[0] ?? "",
    })
    .execute();
  await db
    .insertInto("members")
    .values(users.map((user_id) => ({ chat_id: id, user_id, role: "member" as const })))
    .execute();
  return id;
}

/** Puts a file of somebody's into the database, whose bytes are nowhere. @returns its ID. */
export async function insertFile(db: Database, owner: string, name: string): Promise<string> {
  const id = Bun.randomUUIDv7();
  await db
    .insertInto("files")
    .values({ id, owner_id: owner, name, type: "text/plain", size: 0 })
    .execute();
  return id;
}
