import { createUniqueId, type JSX, onCleanup, onMount } from "solid-js";
import { dialogWords as d } from "../i18n/dialog-words.ts";
import { Icon } from "./icon.tsx";
import { isPhone } from "./viewport.ts";
import "./dialog.css";

interface DialogProps {
  title: string;
  class?: string;
  /** The place of the button that opened the dialog; on a wide window the dialog opens beside it. */
  beside?: DOMRect | null;
  onClose: () => void;
  children: JSX.Element;
}

/** A modal dialog: centred on a wide window, a sheet at the bottom of a phone. */
export function Dialog(props: DialogProps) {
  const id = createUniqueId();
  let dialog!: HTMLDialogElement;
  let isRemoved = false;
  onMount(() => {
    dialog.showModal();
    if (props.beside && !isPhone()) placeBeside(dialog, props.beside);
  });
  onCleanup(() => {
    isRemoved = true;
    // close() gives the focus back to where it was, which removing the element does not.
    dialog.close();
  });
  // The close event is queued: another dialog may be open by then.
  const onClose = () => isRemoved || props.onClose();
  const onMouseDown = (event: MouseEvent) => event.target === dialog && props.onClose();
  return (
    <dialog
      ref={(element) => {
        dialog = element;
      }}
      class={`dialog ${props.class ?? ""}`}
      aria-labelledby={id}
      onClose={onClose}
      onMouseDown={onMouseDown}
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

/** Places a dialog below a button, with right edges aligned; above it if there is no room below. */
function placeBeside(dialog: HTMLElement, { top, bottom, right }: DOMRect): void {
  dialog.classList.add("beside");
  const { width, height } = dialog.getBoundingClientRect();
  const below = bottom + GAP_PX;
  const y = below + height <= window.innerHeight ? below : top - GAP_PX - height;
  dialog.style.top = `${Math.max(GAP_PX, y)}px`;
  dialog.style.left = `${Math.max(GAP_PX, right - width)}px`;
}

const GAP_PX = 6;
