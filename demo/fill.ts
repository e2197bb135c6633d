import { CHANNELS, DIRECT, type Name, PASSWORD, PEOPLE } from "./talk.ts";

type Tokens = Readonly<Record<Name, { id: string; token: string }>>;

/**
 * Fills a new instance with people, chats and messages.
 * @throws Error when the people exist already, or the instance is not reachable.
 */
export async function fill(url: string): Promise<void> {
  const people = await register(url);
  const as = (name: Name) => ({ url, token: people[name].token });
  const everybody = Object.values(people).map(({ id }) => id);
  for (const { name, topic, owner, lines } of CHANNELS) {
    const members = everybody.filter((id) => id !== people[owner].id);
    const channel = { kind: "channel", visibility: "public", name, topic, members };
    await talk(as, (await call<{ id: string }>(as(owner), "/chats", channel)).id, lines);
  }
  for (const { owner, with: peer, lines } of DIRECT) {
    const direct = { kind: "direct", members: [people[peer].id] };
    await talk(as, (await call<{ id: string }>(as(owner), "/chats", direct)).id, lines);
  }
}

async function register(url: string): Promise<Tokens> {
  const people: Partial<Record<Name, { id: string; token: string }>> = {};
  for (const [username, displayName] of Object.entries(PEOPLE)) {
    const { user, token } = await call<{ user: { id: string }; token: string }>(
      { url },
      "/register",
      { username, displayName, password: PASSWORD },
    );
    people[username as Name] = { id: user.id, token };
  }
  return people as Tokens;
}

async function talk(
  as: (name: Name) => Caller,
  chat: string,
  lines: readonly (readonly [Name, string])[],
): Promise<void> {
  for (const [who, body] of lines)
    await call(as(who), "/messages", { chat, body, clientId: crypto.randomUUID() });
}

interface Caller {
  readonly url: string;
  readonly token?: string;
}

/** Sends a POST request, and retries after `Retry-After` on a 429. */
async function call<T>({ url, token }: Caller, path: string, body: unknown): Promise<T> {
  const response = await fetch(`${url}/service/api${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (response.status === 429) {
    await Bun.sleep(1_000 * Number(response.headers.get("retry-after") ?? 1));
    return call({ url, ...(token !== undefined && { token }) }, path, body);
  }
  const json = (await response.json()) as T & { detail?: string };
  if (!response.ok) throw new Error(`POST ${path} failed with ${response.status}: ${json.detail}`);
  return json;
}
