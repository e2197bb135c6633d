import { batch, createSignal } from "solid-js";
import { trySetItem } from "../engine/storage/device-storage.ts";
import { type Language, pickLanguage } from "./pick-language.ts";
import type { Translation } from "./translation.ts";

const STORED = "parley.language";

/** English is a part of the page; each other language is a chunk, loaded when it is chosen. */
const TRANSLATIONS: Readonly<Record<Exclude<Language, "en">, () => Promise<Translation>>> = {
  ru: async () => (await import("./russian.ts")).russian,
};

const [language, setLanguage] = createSignal<Language>("en");
const [translation, setTranslation] = createSignal<Translation | null>(null);

export { language, translation };

/** Shows the page in the stored or the preferred language; in English if that can't be loaded. */
export async function startLanguage(storage: Pick<Storage, "getItem"> | null): Promise<void> {
  const chosen = pickLanguage(storage?.getItem(STORED) ?? null, navigator.languages);
  await apply(chosen).catch(() => apply("en"));
}

/**
 * Shows the page in a language, and stores the choice on this device.
 * @throws when the words of the language can't be loaded; then nothing changes.
 */
export async function chooseLanguage(
  chosen: Language,
  storage: Pick<Storage, "setItem"> | null,
): Promise<void> {
  await apply(chosen);
  trySetItem(storage, STORED, chosen);
}

async function apply(chosen: Language): Promise<void> {
  const words = chosen === "en" ? null : await TRANSLATIONS[chosen]();
  document.documentElement.lang = chosen;
  batch(() => {
    setLanguage(chosen);
    setTranslation(words);
  });
}
