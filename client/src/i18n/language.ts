import { batch, createSignal } from "solid-js";
import { trySetItem } from "../engine/storage/device-storage.ts";
import { type Language, pickLanguage } from "./pick-language.ts";
import type { Translation } from "./translation.ts";

const STORAGE_KEY = "parley.language";

/** English is part of the page. Every other language is a chunk that is loaded when it is chosen. */
const TRANSLATIONS: Readonly<Record<Exclude<Language, "en">, () => Promise<Translation>>> = {
  ru: async () => (await import("./russian.ts")).russian,
};

const [language, setLanguage] = createSignal<Language>("en");
const [translation, setTranslation] = createSignal<Translation | null>(null);

export { language, translation };

/** Shows the page in the stored or preferred language, or in English if that cannot be loaded. */
export async function startLanguage(storage: Pick<Storage, "getItem"> | null): Promise<void> {
  const chosen = pickLanguage(storage?.getItem(STORAGE_KEY) ?? null, navigator.languages);
  await apply(chosen).catch(() => apply("en"));
}

/**
 * Shows the page in a language, and stores the choice on this device.
 * @throws if the words of the language cannot be loaded. Nothing changes then.
 */
export async function chooseLanguage(
  chosen: Language,
  storage: Pick<Storage, "setItem"> | null,
): Promise<void> {
  await apply(chosen);
  trySetItem(storage, STORAGE_KEY, chosen);
}

async function apply(chosen: Language): Promise<void> {
  const words = chosen === "en" ? null : await TRANSLATIONS[chosen]();
  document.documentElement.lang = chosen;
  batch(() => {
    setLanguage(chosen);
    setTranslation(words);
  });
}
