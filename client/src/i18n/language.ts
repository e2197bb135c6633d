import { createSignal } from "solid-js";
import { trySetItem } from "../engine/storage/device-storage.ts";
import { type Language, pickLanguage } from "./pick-language.ts";

const STORED = "parley.language";

const [language, setLanguage] = createSignal<Language>("en");

export { language };

export function startLanguage(storage: Pick<Storage, "getItem"> | null): void {
  apply(pickLanguage(storage?.getItem(STORED) ?? null, navigator.languages));
}

export function chooseLanguage(chosen: Language, storage: Pick<Storage, "setItem"> | null): void {
  trySetItem(storage, STORED, chosen);
  apply(chosen);
}

function apply(chosen: Language): void {
  document.documentElement.lang = chosen;
  setLanguage(chosen);
}
