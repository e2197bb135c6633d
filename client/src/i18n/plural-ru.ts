const rules = new Intl.PluralRules("ru");

type Forms = Record<"one" | "few" | "many" | "other", string>;

/** «1 участник», «2 участника», «5 участников», «1,5 участника». */
export function pluralRu(count: number, forms: Forms): string {
  return `${count.toLocaleString("ru")} ${formRu(count, forms)}`;
}

/** The form alone, for a count that is in a field of its own. */
export function formRu(count: number, forms: Forms): string {
  return forms[rules.select(count) as keyof Forms];
}
