import type { GenericSchema } from "valibot";
import { namedSchemas } from "./named-schemas.ts";

/** Options of JSON Schema that hold for requests and responses. */
export const COMMON_OPTIONS = {
  overrideRef: ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`,
  /** Transformations and checks have no counterpart in JSON Schema; the contract adds metadata where they matter. */
  errorMode: "ignore",
} as const;

/**
 * The options for JSON Schema of a request (`input`) or a response (`output`). `hono-openapi` moves the
 * definitions to `components.schemas`.
 */
export function schemaOptions(schema: GenericSchema, typeMode: "input" | "output") {
  return { options: { ...COMMON_OPTIONS, typeMode, definitions: namedSchemas(schema) } };
}
