import { type GenericSchema, getMetadata } from "valibot";

/**
 * Finds the schemas that have a title, in a schema and within its fields. The OpenAPI document lists
 * them by title in `components.schemas`, and refers to them.
 */
export function namedSchemas(schema: GenericSchema): Record<string, GenericSchema> {
  const { title } = getMetadata(schema);
  return Object.assign(
    typeof title === "string" ? { [title]: schema } : {},
    ...partsOf(schema).map(namedSchemas),
  );
}

/** The schemas of an object's fields, of an array's items, and of the alternatives of a union. */
function partsOf(schema: GenericSchema): GenericSchema[] {
  const { entries = {}, item, wrapped, options = [] } = schema as Partial<Parts>;
  return [...Object.values(entries), item, wrapped, ...options].filter(isSchema);
}

interface Parts {
  entries: Record<string, unknown>;
  item: unknown;
  wrapped: unknown;
  options: readonly unknown[];
}

function isSchema(value: unknown): value is GenericSchema {
  return typeof value === "object" && value !== null && "~run" in value;
}
