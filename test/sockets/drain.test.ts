import { expect, test } from "bun:test";
import { Person } from "../stack/person.ts";
import type { Program } from "../stack/program.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const DRAIN_MS = 3_000;

const processes = [
  ["gateway", "/readyz", ({ url }: Stack) => url],
  ["server", "/service/readyz", ({ serverUrl }: Stack) => serverUrl],
] as const;

test.each(processes)(
  "A %s without sockets is unready and answers requests for DRAIN_MS after the signal",
  async (name, ready, urlOf) => {
    await using stack = await startStack("embedded", { DRAIN_MS: String(DRAIN_MS) });
    const ann = await Person.register(stack.url, "ann");
    const [url, start] = [urlOf(stack), performance.now()];
    const ended = stack[name].end("SIGTERM");
    while ((await fetch(url + ready)).status !== 503) await Bun.sleep(5);
    const answers = await answersUntilEnd(() => ask(url, ann), stack[name]);
    expect(await ended).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(DRAIN_MS);
    expect([...answers]).toEqual([200]);
  },
);

test("A server that drains lets a gateway link again, so that talk goes on until the end", async () => {
  await using stack = await startStack("embedded", { DRAIN_MS: "10000" });
  const ann = await Person.register(stack.url, "ann");
  const { id: chat } = await ann.create({ kind: "group", name: "room" });
  process.kill(stack.server.pid, "SIGTERM");
  while ((await fetch(`${stack.serverUrl}/service/readyz`)).status !== 503) await Bun.sleep(5);
  await stack.gateway.end("SIGKILL");
  const started = stack.startGateway();
  using socket = await untilConnected(ann);
  await socket.say(chat, "the server stops soon");
  await stack.server.end("SIGKILL");
  await stack.startServer();
  await started;
  await stack.gateway.end("SIGKILL");
});

const ask = async (url: string, { token }: Person) =>
  (await fetch(`${url}/service/api/chats`, { headers: { authorization: `Bearer ${token}` } }))
    .status;

/** Repeats a request until the process has ended. @returns the different statuses of the answers. */
async function answersUntilEnd(request: () => Promise<number>, program: Program) {
  const statuses = new Set<number>();
  const over = program.exited.then(() => true);
  for (let isOver = false; !isOver; isOver = (await Promise.race([over, Bun.sleep(10)])) === true) {
    const status = await request().catch(() => null);
    if (status !== null) statuses.add(status);
  }
  return statuses;
}

async function untilConnected(person: Person) {
  for (;;) {
    const socket = await person.connect().catch(() => null);
    if (socket) return socket;
    await Bun.sleep(20);
  }
}
