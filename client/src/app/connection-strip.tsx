import { createEffect, createSignal, Match, onCleanup, Switch } from "solid-js";
import { chatWords as t } from "../i18n/chat-words.ts";
import { useShell } from "./shell.tsx";
import "./connection-strip.css";

/** A blink of the network is no news. */
const SHOW_AFTER = 300;

/** A thin strip while the connection is lost; work goes on below it. */
export function ConnectionStrip() {
  const { session } = useShell();
  const [isLong, setIsLong] = createSignal(false);
  const isLost = () => session.state.connection === "lost";
  createEffect(() => {
    setIsLong(false);
    if (!isLost()) return;
    const timer = setTimeout(() => setIsLong(true), SHOW_AFTER);
    onCleanup(() => clearTimeout(timer));
  });
  return (
    <div class="strip-place" role="status">
      <Switch>
        <Match when={isLost() && isLong()}>
          <p class="strip">{t().reconnecting}</p>
        </Match>
        <Match when={session.state.connection === "stopped"}>
          <p class="strip">
            {t().connectionStopped}{" "}
            <button type="button" onClick={session.connection.reconnectNow}>
              {t().reconnect}
            </button>
          </p>
        </Match>
      </Switch>
    </div>
  );
}
