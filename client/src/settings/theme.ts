import { createSignal } from "solid-js";
import { deviceStorage, trySetItem } from "../engine/storage/device-storage.ts";

export type Theme = "system" | "light" | "dark";

/** The name that `early-theme.js` reads as well. */
const STORED = "parley.theme";

const [theme, setTheme] = createSignal<Theme>(stored());

export { theme };

export function chooseTheme(chosen: Theme): void {
  const root = document.documentElement;
  if (chosen === "system") {
    delete root.dataset["theme"];
    deviceStorage()?.removeItem(STORED);
  } else {
    root.dataset["theme"] = chosen;
    trySetItem(deviceStorage(), STORED, chosen);
  }
  setTheme(chosen);
}

function stored(): Theme {
  const value = deviceStorage()?.getItem(STORED);
  return value === "light" || value === "dark" ? value : "system";
}
