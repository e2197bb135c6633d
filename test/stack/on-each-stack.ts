import { describe } from "bun:test";
import { type StackKind, stackKinds } from "./stack.ts";

/**
 * Describes tests on the embedded default, and on PostgreSQL with MinIO, where they are skipped when one of the two is missing.
 * @param options.needed false skips the tests, when something else that they need is missing.
 */
export function onEachStack(
  subject: string,
  tests: (kind: StackKind) => void,
  { needed = true } = {},
): void {
  for (const kind of ["embedded", "postgres"] as const)
    describe.skipIf(!needed || !stackKinds().includes(kind))(
      `${subject} on the ${kind} stack`,
      () => tests(kind),
    );
}
