import { type Component, createComponent, onCleanup, onMount, Show } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { loadOnce } from "./load-once.ts";
import { useShell } from "./shell.tsx";

/** A dialog whose chunk is loaded when it is first opened, or ahead of that by `load`. */
export interface LazyDialog<Props extends object> extends Component<Props> {
  load: () => Promise<void>;
}

/** Opens a dialog once its chunk is here; if the chunk can't be loaded, a notice says so. */
export function lazyDialog<Props extends object>(
  fetchDialog: () => Promise<Component<Props>>,
): LazyDialog<Props> {
  const { loaded, load } = loadOnce(fetchDialog);

  function Lazy(props: Props) {
    const { show, notify } = useShell();
    let isWanted = true;
    onCleanup(() => {
      isWanted = false;
    });
    async function open(): Promise<void> {
      try {
        await load();
      } catch {
        if (!isWanted) return;
        show(null);
        notify(t().dialogNotLoaded);
      }
    }

    onMount(() => void open());
    return <Show when={loaded()}>{(dialog) => createComponent(dialog(), props)}</Show>;
  }

  return Object.assign(Lazy, { load });
}
