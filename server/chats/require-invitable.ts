import type { UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";
import { blockedUsers } from "../blocks/blocked-users.ts";
import type { EventTransaction } from "../events/event-transaction.ts";
import { displayNames } from "./chat-store.ts";

/**
 * Checks that all invited users exist and that none has an active block with the creator.
 * @returns display names by user ID, the creator's first.
 * @throws Refusal `invalid` or `blocked`.
 */
export async function requireInvitable(
  { tx }: EventTransaction,
  creator: UserId,
  invited: readonly UserId[],
): Promise<Map<UserId, string>> {
  const everyone = [creator, ...invited];
  const names = await displayNames(tx, everyone);
  const unknown = invited.filter((id) => !names.has(id));
  if (unknown.length > 0)
    throw new Refusal("invalid", "members names an unknown user.", {
      errors: unknown.map((id) => ({ path: "members", message: `${id} is not a user` })),
    });
  const blocked = await blockedUsers(tx, creator, invited, new Date());
  if (blocked.size > 0) throw new Refusal("blocked", "You cannot add one of these users.");
  return new Map(everyone.map((id) => [id, names.get(id) ?? ""]));
}
