import { signIn } from "../abuse/sign-in-attack.ts";
import type { Endpoint } from "./endpoint.ts";

/** Guesses the password of one of a thousand accounts, or registers one. @returns the status. */
export async function guess({ url }: Endpoint, n: number): Promise<number> {
  const response = await signIn(url, {
    path: n % 4 === 0 ? "/register" : "/login",
    username: `victim${n % 1_000}`,
    address: "198.51.100.1",
  });
  await response.arrayBuffer();
  return response.status;
}
