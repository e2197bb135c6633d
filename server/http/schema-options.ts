import { Block } from "@parley/contracts/blocks";
import { Chat, Member } from "@parley/contracts/chats";
import { File } from "@parley/contracts/files";
import { Message } from "@parley/contracts/messages";
import { Problem } from "@parley/contracts/problem";
import { UserSession } from "@parley/contracts/sessions";
import { User } from "@parley/contracts/users";
import { toJsonSchemaDefs } from "@valibot/to-json-schema";

/** The schemas of the contract that the OpenAPI document names in `components.schemas` and refers to. */
const definitions = { Block, Chat, File, Member, Message, Problem, User, UserSession };

const common = {
  definitions,
  overrideRef: ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`,
  /** Transformations and checks have no counterpart in JSON Schema; the contract adds metadata where they matter. */
  errorMode: "ignore",
} as const;

/** The options for JSON Schema of a request (`input`) or a response (`output`). */
export function schemaOptions(typeMode: "input" | "output") {
  return { options: { ...common, typeMode } };
}

/** The `components.schemas` of the document. */
export function componentSchemas() {
  return toJsonSchemaDefs(definitions, { ...common, typeMode: "output" });
}
