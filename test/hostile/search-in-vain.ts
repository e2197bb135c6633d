import type { Endpoint } from "./endpoint.ts";

/** Parts of the word that the floods write, too short for the index, and one that no message has. */
const QUERY = "fl lo oo od zz";

/** Searches every message of the floods for what none of them has. @returns the status. */
export async function searchInVain({ url, token }: Endpoint): Promise<number> {
  const path = `/service/api/messages/search?query=${encodeURIComponent(QUERY)}&limit=100`;
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}${path}`, { headers })).status;
}
