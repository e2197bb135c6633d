import { createUniqueId, type JSX, onCleanup, onMount } from "solid-js";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Icon } from "./icon.tsx";
import { isPhone } from "./viewport.ts";
import "./dialog.css";

interface DialogProps {
  title: string;
  class?: string;
  /** Where the button is that it belongs to: on a wide window it opens there. */
  beside?: DOMRect | null;
  onClose: () => void;
  children: JSX.Element;
}

/** A modal sheet: in the middle of a wide window, from the bottom of a phone. */
export function Dialog(props: DialogProps) {
  const id = createUniqueId();
  let dialog!: HTMLDialogElement;
  let isGone = false;
  onMount(() => {
    dialog.showModal();
    if (props.beside && !isPhone()) placeBeside(dialog, props.beside);
  });
  onCleanup(() => {
    isGone = true;
    // Closing it, rather than just taking it away, gives the focus back to where it was.
    dialog.close();
  });
  // The event comes late: by then another dialog may have taken this one's place.
  const closed = () => isGone || props.onClose();
  const pressed = (event: MouseEvent) => event.target === dialog && props.onClose();
  return (
    <dialog
      ref={(element) => {
        dialog = element;
      }}
      class={`dialog ${props.class ?? ""}`}
      aria-labelledby={id}
      onClose={closed}
      onMouseDown={pressed}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{props.title}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label={d().close}
            onClick={() => props.onClose()}
          >
            <Icon name="close" />
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}

/** Below what it belongs to, ending with it, or above it where there is no room below. */
function placeBeside(dialog: HTMLElement, { top, bottom, right }: DOMRect): void {
  dialog.classList.add("beside");
  const { width, height } = dialog.getBoundingClientRect();
  const below = bottom + GAP;
  const y = below + height <= window.innerHeight ? below : top - GAP - height;
  dialog.style.top = `${Math.max(GAP, y)}px`;
  dialog.style.left = `${Math.max(GAP, right - width)}px`;
}

const GAP = 6;
