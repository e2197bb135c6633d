import * as v from "valibot";

/** A whole number in a query, from `min` to `max`. */
export const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.string("is given twice"),
    v.regex(/^\d{1,16}$/, "is not a whole number"),
    v.transform(Number),
    v.minValue(min, `is below ${min}`),
    v.maxValue(max, `is above ${max}`),
  );
