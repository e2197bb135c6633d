import { LIMITS } from "@parley/contracts/limits";
import type { Endpoint } from "../hostile/endpoint.ts";
import { Person } from "../stack/person.ts";

const { max, madePerDay } = LIMITS.chats;
const BODY = "9".repeat(LIMITS.body.max);
/** Half of what one address may. */
const REGISTRATIONS_PER_SECOND = 5;
/** The pause after a refused request, so that the attack is on the bootstrap and not on the rate limit. */
const REFUSED_PAUSE_MS = 50;
/** Bootstraps, and sockets that are opened, at once. */
const AT_ONCE = 10;

/** Puts a person into as many chats as one may be in; each holds a message of full length. */
export async function fillChats(url: string, person: Person): Promise<void> {
  const makers: Person[] = [];
  while (makers.length < max / madePerDay) {
    makers.push(await Person.register(url, "maker"));
    await Bun.sleep(1_000 / REGISTRATIONS_PER_SECOND);
  }
  await Promise.all(makers.map((maker) => makeChats(maker, person)));
}

async function makeChats(maker: Person, person: Person): Promise<void> {
  for (let n = 0; n < madePerDay; n++) {
    const creation = { kind: "channel", name: `${n}`, members: [person.id] } as const;
    const { id: chat } = await patiently(() => maker.request("POST", "/chats", creation));
    const draft = { chat, clientId: crypto.randomUUID(), body: BODY };
    await patiently(() => maker.request("POST", "/messages", draft));
  }
}

/** Repeats a request that meets a rate limit. @throws Error when it is refused otherwise. */
async function patiently(request: () => Promise<Response>): Promise<{ id: string }> {
  for (;;) {
    const response = await request();
    if (response.status === 201) return (await response.json()) as { id: string };
    const problem = await response.text();
    if (response.status !== 429) throw new Error(problem);
    await Bun.sleep(200);
  }
}

/** Requests the bootstrap. @returns the status. */
export async function requestBootstrap({ url, token }: Endpoint): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/service/api/bootstrap`, { headers });
  await response.arrayBuffer();
  return response.status;
}

/** Requests ten bootstraps at once, again and again. @returns how often each status was answered. */
export async function bootstrapHard(
  endpoint: Endpoint,
  isOver: () => boolean,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const one = async () => {
    while (!isOver()) {
      const status = await requestBootstrap(endpoint);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 429) await Bun.sleep(REFUSED_PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return statuses;
}

/** Opens ten sockets at once, each until its welcome, again and again. @returns how many were welcomed. */
export async function connectHard(person: Person, isOver: () => boolean): Promise<number> {
  let welcomed = 0;
  const one = async () => {
    while (!isOver()) {
      const socket = await person.connect().catch(() => undefined);
      if (socket === undefined) await Bun.sleep(REFUSED_PAUSE_MS);
      else welcomed++;
      socket?.close();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return welcomed;
}
