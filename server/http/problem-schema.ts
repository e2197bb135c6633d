import { Problem } from "@parley/contracts/problem";
import { toJsonSchemaDefs } from "@valibot/to-json-schema";
import { namedSchemas } from "./named-schemas.ts";
import { COMMON_OPTIONS } from "./schema-options.ts";

/** The schema of a problem, to which responses refer by its name alone. */
export function problemSchema() {
  return toJsonSchemaDefs(namedSchemas(Problem), { ...COMMON_OPTIONS, typeMode: "output" });
}
