import { createSignal } from "solid-js";
import { isPageVisible } from "../engine/socket/visibility.ts";

const [isAttended, setIsAttended] = createSignal(now());

/** Whether the user looks at the page: it is visible, and its window has the focus; reactive. */
export { isAttended };

const update = () => setIsAttended(now());
document.addEventListener("visibilitychange", update);
globalThis.addEventListener("focus", update);
globalThis.addEventListener("blur", update);

function now(): boolean {
  return isPageVisible() && document.hasFocus();
}
