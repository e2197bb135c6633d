import type { User } from "@parley/contracts/users";
import type { Session } from "../engine/session/session.ts";
import { chatWords as t } from "../i18n/chat-words.ts";

/** A user by ID; an unknown user is fetched, and appears then. */
export function person(session: Session, id: string): User | undefined {
  const user = session.state.users[id];
  if (!user) session.people.ensureLoaded(id);
  return user;
}

/** The display name of a user, “Someone” until the user is loaded. */
export function personName(session: Session, id: string): string {
  return person(session, id)?.displayName ?? t().someone;
}
