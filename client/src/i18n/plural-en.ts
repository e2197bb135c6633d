const rules = new Intl.PluralRules("en");

type Forms = Record<"one" | "other", string>;

/** “1 member”, “2 members”: the count in English digits, and the form that agrees with it. */
export function pluralEn(count: number, forms: Forms): string {
  return `${count.toLocaleString("en")} ${formEn(count, forms)}`;
}

/** The form alone, for a count that is in a field of its own. */
export function formEn(count: number, forms: Forms): string {
  return rules.select(count) === "one" ? forms.one : forms.other;
}
