import { CHANNELS, DIRECT, type Name, PASSWORD, PEOPLE } from "./talk.ts";

type Tokens = Readonly<Record<Name, { id: string; token: string }>>;

/**
 * Fills a fresh instance with people and talk.
 * @throws when the people are there already, or the instance does not answer.
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

/** Posts, and waits as long as the instance asks for where it is too fast. */
async function call<T>({ url, token }: Caller, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${url}/service/api${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (answer.status === 429) {
    await Bun.sleep(1_000 * Number(answer.headers.get("retry-after") ?? 1));
    return call({ url, ...(token !== undefined && { token }) }, path, body);
  }
  const json = (await answer.json()) as T & { detail?: string };
  if (!answer.ok) throw new Error(`${path} was refused: ${json.detail}`);
  return json;
}
