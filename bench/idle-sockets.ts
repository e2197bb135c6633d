import { Person } from "../test/stack/person.ts";
import { resident } from "../test/stack/resident.ts";
import { type Stack, stackKinds, startStack } from "../test/stack/stack.ts";

const SOCKETS = 10_000;
/** Memory that a socket may take in both processes together. */
const GOAL_KIB = 20;
const PEOPLE = 100;
/** Sockets that are opened concurrently. */
const BATCH_SIZE = 200;
/** Time for garbage collection before memory is measured. */
const REST_MS = 10_000;
/** File descriptors that a process needs: one per socket, and some for everything else. */
const DESCRIPTORS = SOCKETS + 200;

/** Measures the memory of ten thousand idle sockets in the gateway and the server. */
export async function idleSockets(): Promise<void> {
  const limit = openFilesLimit();
  if (limit < DESCRIPTORS) {
    console.log(
      `idle: skipped, because a process may open only ${limit} files: run ulimit -n ${DESCRIPTORS}`,
    );
    return;
  }
  for (const kind of stackKinds()) {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" });
    await measureIdle(kind, stack);
  }
}

async function measureIdle(kind: string, stack: Stack): Promise<void> {
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n++) people.push(await Person.register(stack.url, "idle"));
  const [owner, ...others] = people as [Person, ...Person[]];
  const members = others.map(({ id }) => id);
  await owner.create({ kind: "channel", name: "idle", members });
  await Bun.sleep(REST_MS);
  const before = await measure(stack);
  const start = performance.now();
  const sockets = await openAll(stack.url, people);
  const seconds = (performance.now() - start) / 1_000;
  await Bun.sleep(REST_MS);
  const after = await measure(stack);
  const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  const each = (name: "gateway" | "server") => (after[name] - before[name]) / open / 1024;
  const whole = (name: "gateway" | "server") => `${Math.round(after[name] / 1024 / 1024)} MiB`;
  console.log(
    `idle, ${kind}: ${open} of ${SOCKETS} sockets open after ${seconds.toFixed(1)} s; ` +
      `gateway ${each("gateway").toFixed(1)} KiB a socket (${whole("gateway")}), ` +
      `server ${each("server").toFixed(1)} KiB a socket (${whole("server")}), ` +
      `together ${(each("gateway") + each("server")).toFixed(1)} KiB, goal at most ${GOAL_KIB}`,
  );
  for (const socket of sockets) socket.terminate();
}

async function openAll(url: string, people: readonly Person[]): Promise<WebSocket[]> {
  const address = `${url.replace("http", "ws")}/ws`;
  const sockets: WebSocket[] = [];
  while (sockets.length < SOCKETS) {
    const batch = Array.from({ length: BATCH_SIZE }, (_, n) => {
      const { token } = people[n % people.length] as Person;
      return welcomed(new WebSocket(address, { headers: { authorization: `Bearer ${token}` } }));
    });
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

/** Waits for the first frame of a socket, and ignores all later ones. */
function welcomed(socket: WebSocket): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    socket.onmessage = () => {
      socket.onmessage = null;
      resolve(socket);
    };
    socket.onclose = ({ code }) => reject(new Error(`a socket was closed with ${code}`));
  });
}

async function measure({ gateway, server }: Stack): Promise<{ gateway: number; server: number }> {
  return { gateway: await resident(gateway), server: await resident(server) };
}

function openFilesLimit(): number {
  const { stdout } = Bun.spawnSync(["sh", "-c", "ulimit -n"]);
  const limit = stdout.toString().trim();
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}
