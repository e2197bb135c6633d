import { type Expression, type RawBuilder, sql } from "kysely";

/**
 * The other user of a direct chat, by the key of the chat: a member or not.
 * @param directKey the column `chats.direct_key`.
 * @returns an expression that is null for a user who is not in the key.
 */
export function directPeer(
  directKey: Expression<string>,
  user: Expression<string>,
): RawBuilder<string | null> {
  const [lower, greater] = [1, 2].map(
    (part) => sql`split_part(${directKey}, ':', ${sql.lit(part)})`,
  );
  return sql`case ${user}::text when ${lower} then ${greater} when ${greater} then ${lower} end::uuid`;
}
