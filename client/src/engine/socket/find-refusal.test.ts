import { expect, test } from "bun:test";
import { findRefusal } from "./find-refusal.ts";

test("The problem of GET /ws names why handshakes are refused", async () => {
  const asked: unknown[] = [];
  const code = await findRefusal(async (url, init) => {
    asked.push([url, init.referrerPolicy]);
    return Response.json({ code: "cross_site", detail: "" }, { status: 403 });
  });
  expect(code).toBe("cross_site");
  expect(asked).toEqual([["/ws", "origin"]]);
});

test("Without an answer, or without a problem in it, the cause stays unknown", async () => {
  expect(await findRefusal(() => Promise.reject(new TypeError("no network")))).toBeNull();
  expect(await findRefusal(async () => new Response("<h1>Bad gateway</h1>"))).toBeNull();
});
