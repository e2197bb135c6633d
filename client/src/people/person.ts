import type { User } from "@parley/contracts/users";
import type { Session } from "../engine/session/session.ts";
import { chatWords as t } from "../i18n/chat-words.ts";

/** A person by ID; one who is not known yet is fetched, and appears when they are. */
export function person(session: Session, id: string): User | undefined {
  const user = session.state.users[id];
  if (!user) session.people.ensureLoaded(id);
  return user;
}

export function personName(session: Session, id: string): string {
  return person(session, id)?.displayName ?? t().someone;
}
