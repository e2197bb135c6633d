export type PageName = "chat" | "login" | "register" | "not_found";

/** The page of an address. `chat` is the open chat, null for the list of chats. */
export interface PageAddress {
  readonly page: PageName;
  readonly chat: string | null;
}

const NOT_FOUND: PageAddress = { page: "not_found", chat: null };

/** The page that a path names: `/`, `/login`, `/register`, `/chat` or `/chat/:id`. */
export function pageOf(path: string): PageAddress {
  const [page, chat = null, ...rest] = path.split("/").filter((segment) => segment !== "");
  if (page === undefined) return { page: "chat", chat: null };
  if (page === "chat" && rest.length === 0) return { page, chat };
  if ((page === "login" || page === "register") && chat === null) return { page, chat };
  return NOT_FOUND;
}
