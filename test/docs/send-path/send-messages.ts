import { test } from "bun:test";
import { join } from "node:path";
import { Person } from "../../stack/person.ts";

const ROOT = join(import.meta.dir, "../../..");

// Both processes run in this one, because a coverage report covers a single process.
test("Each message passes from one socket to another", async () => {
  for (const main of ["server/main.ts", "gateway/main.ts"]) void import(join(ROOT, main));
  const url = `http://localhost:${process.env["GATEWAY_PORT"]}`;
  // Seldom, because requests that wait for readiness would be counted like messages.
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) await Bun.sleep(1_000);
  const [ann, ben] = [await Person.register(url), await Person.register(url)];
  const { id } = await ann.create({ kind: "direct", members: [ben.id] });
  using sender = await ann.connect();
  using reader = await ben.connect();
  for (let count = 0; count < Number(process.env["MESSAGES"]); count++) {
    const { seq } = await sender.say(id, `message ${count}`);
    await reader.until("events", ({ events }) => events.some((event) => event.seq === seq));
  }
});
