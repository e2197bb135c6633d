import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { useShell } from "../app/shell.tsx";
import { ApiError } from "../engine/api/request.ts";
import type { SearchHit } from "./jump-targets.ts";
import { firstPageWithHits, searchQuery } from "./search-pages.ts";

/** How long typing pauses before the server is asked. */
const DEBOUNCE_MS = 250;

interface Found {
  query: string;
  hits: SearchHit[];
  /** The cursor of the next page, null after the last one. */
  next: string | null;
}

/**
 * Messages that contain the words of the query, newest first; the last result stays until the next
 * one is loaded. The chat is null to search all chats.
 */
export function createMessageSearch(query: Accessor<string>, chat: Accessor<string | null>) {
  const { session } = useShell();
  const [found, setFound] = createSignal<Found | null>(null);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  let running: AbortController | undefined;
  onCleanup(() => running?.abort());
  createEffect(
    on(query, (text) => {
      const words = searchQuery(text);
      running?.abort();
      if (words === "") setFound(null);
      const timer = setTimeout(() => words !== "" && void search(words, null), DEBOUNCE_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );

  /** Ends the search before, which would keep the server from this one. */
  async function search(words: string, before: string | null): Promise<void> {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    const readPage = (from: string | null) =>
      session.messages.search(words, chat(), { before: from, signal });
    setBusy(true);
    setFailure(null);
    try {
      const { hits, next } = await firstPageWithHits(readPage, before);
      if (signal.aborted) return;
      const earlier = before === null ? [] : (found()?.hits ?? []);
      setFound({ query: words, hits: [...earlier, ...hits], next });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      setFailure(error);
    } finally {
      if (!signal.aborted) setBusy(false);
    }
  }

  function more(): void {
    const now = found();
    if (now?.next && !busy()) void search(now.query, now.next);
  }

  return { found, failure, busy, more };
}
