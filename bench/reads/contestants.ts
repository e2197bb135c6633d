import type { Stack } from "../../test/stack/stack.ts";
import type { RawReads } from "./start-raw-reads.ts";

/** A process that listens on a port. */
export interface Listener {
  readonly pid: number;
  readonly port: number;
}

/** One that answers the routes. */
export interface Contestant {
  /** Before the path. */
  readonly url: string;
  readonly token: string;
  readonly server: Listener;
  readonly gateway?: Listener;
}

/** The names of the contestants. */
export type Name = "constant" | "prepared" | "server" | "gateway";
export type Contestants = Readonly<Record<Name, Contestant>>;

export function contestantsOf(stack: Stack, raw: RawReads, token: string): Contestants {
  const bare = { token, server: listener(raw.pid, raw.url) };
  const own = { token, server: listener(stack.server.pid, stack.serverUrl) };
  return {
    constant: { ...bare, url: `${raw.url}/constant` },
    prepared: { ...bare, url: `${raw.url}/prepared` },
    server: { ...own, url: stack.serverUrl },
    gateway: {
      ...own,
      url: stack.url.replace("localhost", "127.0.0.1"),
      gateway: listener(stack.gateway.pid, stack.url),
    },
  };
}

function listener(pid: number, url: string): Listener {
  return { pid, port: Number(new URL(url).port) };
}

/** Reads a path once. @throws Error when the answer is not 200. */
export async function read(
  { url, token }: Pick<Contestant, "url" | "token">,
  path: string,
): Promise<string> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}${path}: ${response.status} ${text}`);
  return text;
}
