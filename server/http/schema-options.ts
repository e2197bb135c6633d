import { Block } from "@parley/contracts/blocks";
import { Chat, Member } from "@parley/contracts/chats";
import { File } from "@parley/contracts/files";
import { Message } from "@parley/contracts/messages";
import { Problem } from "@parley/contracts/problem";
import { UserSession } from "@parley/contracts/sessions";
import { User } from "@parley/contracts/users";
import { toJsonSchemaDefs } from "@valibot/to-json-schema";

/** The objects of the contract: named once in the OpenAPI document, and referred to. */
const definitions = { Block, Chat, File, Member, Message, Problem, User, UserSession };

const common = {
  definitions,
  overrideRef: ({ referenceId }: { referenceId: string }) => `#/components/schemas/${referenceId}`,
  /** Trimming and lower-casing have no counterpart in JSON Schema. */
  errorMode: "ignore",
} as const;

/** How hono-openapi turns a schema into JSON Schema: what may be sent, or what is answered. */
export function schemaOptions(typeMode: "input" | "output") {
  return { options: { ...common, typeMode } };
}

/** The `components.schemas` that every reference of the document points to. */
export function componentSchemas() {
  return toJsonSchemaDefs(definitions, { ...common, typeMode: "output" });
}
