import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";

/** A part of an answer whose users are yet to be read: one statement reads those of all parts. */
export interface Unshown<T> {
  /** The users that the part shows, or that its reader needs; some may be named several times. */
  readonly users: readonly UserId[];
  show(users: ReadonlyMap<UserId, User>): T;
}
