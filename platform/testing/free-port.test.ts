import { expect, test } from "bun:test";
import { freePort } from "./free-port.ts";

test("A port is not given while a program listens on it, and is never an ephemeral one", () => {
  const port = freePort();
  using _listener = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
  const given = Array.from({ length: 100 }, freePort);
  expect(given).not.toContain(port);
  expect(Math.max(...given)).toBeLessThan(32_768);
});
