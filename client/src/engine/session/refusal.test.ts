import { expect, test } from "bun:test";
import { startSession } from "../../testing/session-harness.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("A page whose connections are refused learns why, until there is a connection", async () => {
  const { session, server, refuse, welcome } = await startSession();
  server.refusal = "cross_site";
  refuse();
  await settled();
  expect(session.state).toMatchObject({ connection: "refused", refusal: "cross_site" });
  welcome();
  expect(session.state).toMatchObject({ connection: "open", refusal: null });
});

test("The reason of a refusal is ignored if the connection is open by then", async () => {
  const { session, server, refuse, welcome } = await startSession();
  server.refusal = "upgrade_required";
  refuse();
  welcome();
  await settled();
  expect(session.state.refusal).toBeNull();
});
