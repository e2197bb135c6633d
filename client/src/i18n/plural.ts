import type { Language } from "./pick-language.ts";

type Forms<Category extends Intl.LDMLPluralRule> = Record<Category, string>;

const english = new Intl.PluralRules("en");
const russian = new Intl.PluralRules("ru");

/** “1 member”, “2 members”: the count in the language's own digits, then the form that agrees with it. */
export function pluralEn(count: number, forms: Forms<"one" | "other">): string {
  return `${digits("en", count)} ${formEn(count, forms)}`;
}

/** «1 участник», «2 участника», «5 участников», «1,5 участника». */
export function pluralRu(count: number, forms: Forms<"one" | "few" | "many" | "other">): string {
  return `${digits("ru", count)} ${formRu(count, forms)}`;
}

/** The form alone, where the count stands in a field of its own. */
export function formEn(count: number, forms: Forms<"one" | "other">): string {
  return english.select(count) === "one" ? forms.one : forms.other;
}

export function formRu(count: number, forms: Forms<"one" | "few" | "many" | "other">): string {
  return forms[russian.select(count) as keyof typeof forms];
}

const digits = (language: Language, count: number) => count.toLocaleString(language);
