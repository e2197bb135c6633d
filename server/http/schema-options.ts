import { Problem } from "@parley/contracts/problem";
import { toJsonSchemaDefs } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { namedSchemas } from "./named-schemas.ts";

const common = {
  overrideRef: ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`,
  /** Transformations and checks have no counterpart in JSON Schema; the contract adds metadata where they matter. */
  errorMode: "ignore",
} as const;

/**
 * The options for JSON Schema of a request (`input`) or a response (`output`). `hono-openapi` moves the
 * definitions to `components.schemas`.
 */
export function schemaOptions(schema: GenericSchema, typeMode: "input" | "output") {
  return { options: { ...common, typeMode, definitions: namedSchemas(schema) } };
}

/** The schema of a problem, to which responses refer by its name alone. */
export function problemSchema() {
  return toJsonSchemaDefs(namedSchemas(Problem), { ...common, typeMode: "output" });
}
