import { expect, test } from "bun:test";
import { chunkGroups } from "./chunk-groups.ts";

const IMPORTS: Readonly<Record<string, { static: string[]; lazy?: string[] }>> = {
  "/main": { static: ["/language"], lazy: ["/login", "/chat"] },
  "/language": { static: [] },
  "/login": { static: ["/logo", "/field"] },
  "/chat": { static: ["/logo", "/avatar", "/language"], lazy: ["/settings", "/person"] },
  "/settings": { static: ["/dialog", "/avatar", "/field", "/theme"] },
  "/person": { static: ["/dialog", "/avatar", "/field"] },
  "/logo": { static: [] },
  "/field": { static: [] },
  "/avatar": { static: [] },
  "/dialog": { static: [] },
  "/theme": { static: [] },
};
const graph = {
  getModuleInfo(id: string) {
    const { static: importedIds = [], lazy = [] } = IMPORTS[id] ?? {};
    return { importedIds, dynamicallyImportedIds: lazy };
  },
};
const url = (path: string) => new URL(path, "file:///");
const groupOf = chunkGroups({
  entry: url("/main"),
  signIn: [url("/login")],
  chat: url("/chat"),
});

test.each([
  ["of the chat and the sign-in", "/logo", "shared"],
  ["of the chat alone", "/avatar", "chat"],
  ["of two dialogs", "/dialog", "dialog"],
  ["of one dialog", "/theme", null],
  ["of a dialog and the sign-in", "/field", null],
  ["of the entry", "/language", null],
  ["that is a page", "/chat", null],
])("A module %s goes to its group", (_, id, group) => {
  expect(groupOf(id, graph)).toBe(group);
});
