import { beforeEach, expect, test } from "bun:test";
import { problemResponse, type Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { createCredentialCheck } from "./check-credentials.ts";
import { createLoginCounts } from "./login-counts.ts";
import type { HashPurpose } from "./passwords.ts";

const ANN = {
  id: "0197aaaa-0000-7000-8000-000000000001",
  password_hash: "the hash of ann",
  suspended_until: null,
};
const PASSWORD = "otter-lamp-quiet-river";

/** The hashes that passwords were compared with; undefined stands for the work without an account. */
let compared: [hash: string | undefined, purpose: HashPurpose][];
let app: Hono;

/** A sign-in with one account, whose browser is known by the cookie `known`. */
beforeEach(() => {
  compared = [];
  const checkCredentials = createCredentialCheck({
    accounts: { findAccount: async (username) => (username === "ann" ? ANN : undefined) },
    passwords: {
      async verify(password, hash, { purpose }) {
        compared.push([hash, purpose]);
        return hash !== undefined && password === PASSWORD;
      },
    },
    counts: createLoginCounts(),
    device: {
      read: (c, account) => (account && c.req.header("cookie") === "known" ? "a session" : null),
    },
  });
  app = new Hono();
  app.onError((error) => problemResponse(error as Refusal));
  app.post("/", async (c) => c.json((await checkCredentials(c, await c.req.json())).id));
});

async function signIn(username: string, password: string, cookie = "") {
  const response = await app.request("/", {
    method: "POST",
    body: JSON.stringify({ username, password }),
    headers: { cookie, "x-forwarded-for": "192.0.2.1" },
  });
  return { status: response.status, body: await response.json() };
}

test("A wrong password, a name without an account and one that none can have cost the same and look the same", async () => {
  const answers = [];
  for (const username of ["ann", "nobody", "no body", "", "x".repeat(3_000)])
    answers.push(await signIn(username, "wrong"));
  expect(answers[0]).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
  for (const answer of answers) expect(answer).toEqual({ status: 401, body: answers[0]?.body });
  const [first, ...others] = compared;
  expect(first).toEqual([ANN.password_hash, "sign_in"]);
  expect(others).toEqual(Array(4).fill([undefined, "sign_in"]));
});

test("An attempt that has to wait compares nothing, with or without an account", async () => {
  for (const username of ["ann", "nobody"]) {
    for (let count = 0; count < 5; count++) await signIn(username, "wrong");
    compared = [];
    expect(await signIn(username, PASSWORD)).toMatchObject({
      status: 429,
      body: { code: "rate_limited" },
    });
    expect(compared).toEqual([]);
  }
});

test("A known browser has a queue and a count of its own", async () => {
  for (let count = 0; count < 5; count++) await signIn("ann", "wrong");
  compared = [];
  expect(await signIn("ann", PASSWORD, "known")).toEqual({ status: 200, body: ANN.id });
  expect(compared).toEqual([[ANN.password_hash, "known_sign_in"]]);
});
