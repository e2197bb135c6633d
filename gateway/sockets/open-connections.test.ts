import { expect, test } from "bun:test";
import { createOpenConnections } from "./open-connections.ts";

const create = () => createOpenConnections({ perUser: 2, perAddress: 3 });

test("a user has so many places, wherever the connections come from", () => {
  const connections = create();
  connections.take("ann", "a");
  connections.take("ann", "b");
  expect(connections.take("ann", "c")).toBe("user");
  expect(connections.take("ben", "c")).toBeFunction();
});

test("an address has so many places, whoever comes from there", () => {
  const connections = create();
  for (const user of ["ann", "ben", "cid"]) connections.take(user, "a");
  expect(connections.take("dan", "a")).toBe("ip");
  expect(connections.take("dan", "b")).toBeFunction();
});

test("a refusal takes no place, and one that leaves makes room for one", () => {
  const connections = create();
  const leave = connections.take("ann", "a");
  connections.take("ann", "a");
  for (let n = 0; n < 10; n++) expect(connections.take("ann", "a")).toBe("user");
  if (typeof leave !== "function") throw new Error("there was a place");
  leave();
  leave();
  expect(connections.take("ann", "a")).toBeFunction();
  expect(connections.take("ann", "a")).toBe("user");
  expect(connections.take("ben", "a")).toBeFunction();
  expect(connections.take("cid", "a")).toBe("ip");
});
