import { Show } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { createLasting } from "./lasting.ts";
import { useShell } from "./shell.tsx";
import "./connection-strip.css";

/** A shorter interruption is not shown. */
const SHOW_DELAY_MS = 300;

/** A strip above the page while the connection is lost; the page stays usable. */
export function ConnectionStrip() {
  const { session } = useShell();
  const isLost = createLasting(
    () => ["lost", "refused"].includes(session.state.connection),
    SHOW_DELAY_MS,
  );
  /** What is said of a lost connection: why it is refused, if that is known. */
  const lostText = () => t().refusals[session.state.refusal ?? ""] ?? t().reconnecting;
  const isStopped = () => session.state.connection === "stopped";
  const text = () => (isStopped() ? t().connectionStopped : isLost() && lostText());
  return (
    <div class="strip-place" role="status">
      <Show when={text()}>
        <p class="strip">
          <span>{text()}</span>{" "}
          <button type="button" onClick={session.connection.reconnectNow}>
            {t().reconnect}
          </button>
        </p>
      </Show>
    </div>
  );
}
