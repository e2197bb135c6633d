import { type Component, createComponent, Show } from "solid-js";
import { DIALOGS } from "./dialogs.ts";
import type { Overlay } from "./overlay.ts";

/** The dialog that is open over the page. */
export function Overlays(props: { overlay: Overlay | null }) {
  return (
    <Show when={props.overlay} keyed>
      {(overlay) => createComponent(componentOf(overlay), overlay)}
    </Show>
  );
}

/** An overlay's props are those of the dialog of its kind, which TypeScript can't see in a union. */
const componentOf = ({ kind }: Overlay) => DIALOGS[kind] as Component<Overlay>;
