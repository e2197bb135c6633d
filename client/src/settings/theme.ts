import { createSignal } from "solid-js";
import { deviceStorage, trySetItem } from "../engine/storage/device-storage.ts";

export type Theme = "system" | "light" | "dark";

/** The key in the local storage; `early-theme.js` reads it too. */
const STORAGE_KEY = "parley.theme";

const [theme, setTheme] = createSignal<Theme>(stored());

export { theme };

export function chooseTheme(chosen: Theme): void {
  const root = document.documentElement;
  if (chosen === "system") {
    delete root.dataset["theme"];
    deviceStorage()?.removeItem(STORAGE_KEY);
  } else {
    root.dataset["theme"] = chosen;
    trySetItem(deviceStorage(), STORAGE_KEY, chosen);
  }
  setTheme(chosen);
}

function stored(): Theme {
  const value = deviceStorage()?.getItem(STORAGE_KEY);
  return value === "light" || value === "dark" ? value : "system";
}
