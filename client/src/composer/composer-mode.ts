import type { MessagePlace } from "../room/message-place.ts";

/** What the composer writes: a new message, a reply to one, or an edit of one. */
export type ComposerMode = { kind: "new" } | ({ kind: "reply" | "edit" } & MessagePlace);
