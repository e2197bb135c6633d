import type { User } from "@parley/contracts/users";
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { useShell } from "../app/shell.tsx";

/** How long typing pauses before the server is asked. */
const DEBOUNCE_MS = 180;

/** Users whose name begins with the query; the last result stays until the next one is loaded. */
export function createPeopleSearch(query: Accessor<string>): Accessor<User[] | undefined> {
  const { session } = useShell();
  const [found, setFound] = createSignal<User[]>();
  createEffect(
    on(query, (text, before) => {
      const timer = setTimeout(() => void search(text), before === undefined ? 0 : DEBOUNCE_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );

  async function search(text: string): Promise<void> {
    const users = await session.people.search(text.trim()).catch(() => []);
    if (query() === text) setFound(users.filter((user) => user.id !== session.me()?.id));
  }

  return found;
}
