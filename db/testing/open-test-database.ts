import { type OpenedDatabase, openPostgres } from "../open.ts";
import { MIGRATED, openTestServer, runOn, urlOf } from "./test-server.ts";

/** Opens a new database with the tables of all migrations, or an `empty` one; its disposal drops it. */
export async function openTestDatabase(
  content: "migrated" | "empty" = "migrated",
): Promise<OpenedDatabase> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await openTestServer());
  const name = `parley_test_${crypto.randomUUID().replaceAll("-", "")}`;
  const template = content === "migrated" ? MIGRATED : "template1";
  await runOn(server.url, `create database ${name} template ${template}`);
  stack.defer(() => runOn(server.url, `drop database ${name} with (force)`));
  const opened = stack.use(openPostgres(urlOf(server.url, name), () => {}));
  const running = stack.move();
  return { ...opened, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
