import { Person } from "../test/stack/person.ts";
import { resident } from "../test/stack/resident.ts";
import { type Stack, stackKinds, startStack } from "../test/stack/stack.ts";

/** How many sockets are open at each measurement, and KiB that each may take in both processes together. */
const STEPS = [
  { sockets: 1_000, goalKib: 20 },
  { sockets: 10_000, goalKib: 8 },
];
const PEOPLE = 100;
/** Sockets that are opened concurrently. */
const BATCH_SIZE = 200;
/** Time for garbage collection before memory is measured. */
const REST_MS = 10_000;
/** File descriptors that a process needs: one per socket of the last step, and some for everything else. */
const DESCRIPTORS = 10_200;

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
  const sockets: WebSocket[] = [];
  for (const step of STEPS) {
    const start = performance.now();
    await openMore(sockets, step.sockets, { url: stack.url, people });
    const seconds = (performance.now() - start) / 1_000;
    await Bun.sleep(REST_MS);
    const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
    console.log(
      `idle, ${kind}: ${open} of ${step.sockets} sockets open after ${seconds.toFixed(1)} s; ` +
        describe(before, await measure(stack), open) +
        `, goal at most ${step.goalKib}`,
    );
  }
  for (const socket of sockets) socket.terminate();
}

/** Shares the memory that was added to each process among the sockets. */
function describe(before: Memory, after: Memory, open: number): string {
  const each = (name: keyof Memory) => (after[name] - before[name]) / open / 1024;
  const whole = (name: keyof Memory) => `${Math.round(after[name] / 1024 / 1024)} MiB`;
  return (
    `gateway ${each("gateway").toFixed(1)} KiB a socket (${whole("gateway")}), ` +
    `server ${each("server").toFixed(1)} KiB a socket (${whole("server")}), ` +
    `together ${(each("gateway") + each("server")).toFixed(1)} KiB`
  );
}

interface Callers {
  readonly url: string;
  readonly people: readonly Person[];
}

/** Opens sockets of the people in turn until there are `count`. */
async function openMore(
  sockets: WebSocket[],
  count: number,
  { url, people }: Callers,
): Promise<void> {
  const address = `${url.replace("http", "ws")}/ws`;
  while (sockets.length < count) {
    const batch = Array.from({ length: BATCH_SIZE }, (_, n) => {
      const { token } = people[n % people.length] as Person;
      return welcomed(new WebSocket(address, { headers: { authorization: `Bearer ${token}` } }));
    });
    sockets.push(...(await Promise.all(batch)));
  }
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

/** Resident bytes. */
interface Memory {
  readonly gateway: number;
  readonly server: number;
}

async function measure({ gateway, server }: Stack): Promise<Memory> {
  return { gateway: await resident(gateway), server: await resident(server) };
}

function openFilesLimit(): number {
  const { stdout } = Bun.spawnSync(["sh", "-c", "ulimit -n"]);
  const limit = stdout.toString().trim();
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}
