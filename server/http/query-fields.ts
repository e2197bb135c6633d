import { LIMITS } from "@parley/contracts/limits";
import * as v from "valibot";

/** A whole number in a query or path, from `min` to `max`; the OpenAPI document shows an integer. */
export const wholeNumber = (min: number, max: number, shown: { default?: number } = {}) =>
  v.pipe(
    v.string("is given twice"),
    v.metadata({ type: "integer", minimum: min, maximum: max, ...shown }),
    v.check((text) => /^\d{1,16}$/.test(text), "is not a whole number"),
    v.transform(Number),
    v.minValue(min, `is below ${min}`),
    v.maxValue(max, `is above ${max}`),
  );

/** How many entries a page has at most; a route applies the default itself. */
export const pageLimit = v.optional(
  wholeNumber(1, LIMITS.page.max, { default: LIMITS.page.default }),
);
