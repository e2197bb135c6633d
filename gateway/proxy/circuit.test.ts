import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createCircuit } from "./circuit.ts";

function circuitAt(start: number) {
  let time = start;
  let asked = 0;
  const circuit = createCircuit({ maxFailures: 3, probeIntervalMs: 1_000, now: () => time });
  const ask = (answer: "works" | "fails" | "is given up") =>
    circuit
      .run(
        async () => {
          asked++;
          if (answer !== "works") throw new Error(answer);
          return answer;
        },
        (error) => (error as Error).message === "fails",
      )
      .catch((error) => (error instanceof Refusal ? error.code : error.message));
  return {
    circuit,
    ask,
    asked: () => asked,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test("after failures in a row requests are refused at once, and say when to come back", async () => {
  const { ask, asked, circuit } = circuitAt(0);
  for (let n = 0; n < 3; n++) expect(await ask("fails")).toBe("fails");
  expect(circuit.isOpen()).toBe(true);
  expect(await ask("works")).toBe("unavailable");
  expect(asked()).toBe(3);
  const refusal = await circuit.run(async () => {}, Boolean).catch((error) => error);
  expect(refusal.extra.retryAfter).toBe(1);
});

test("a request that says nothing of the server takes nobody's turn to try it", async () => {
  const { ask, pass, circuit } = circuitAt(0);
  for (let n = 0; n < 3; n++) await ask("fails");
  pass(1_000);
  expect(await ask("is given up")).toBe("is given up");
  expect(circuit.isOpen()).toBe(true);
  expect(await ask("works")).toBe("works");
  expect(circuit.isOpen()).toBe(false);
});

test("one request at a time tries whether the server is back", async () => {
  const { ask, pass, circuit } = circuitAt(0);
  for (let n = 0; n < 3; n++) await ask("fails");
  pass(1_000);
  expect(await Promise.all([ask("fails"), ask("works")])).toEqual(["fails", "unavailable"]);
  pass(1_000);
  expect(await ask("works")).toBe("works");
  expect(circuit.isOpen()).toBe(false);
  expect(await Promise.all([ask("works"), ask("works")])).toEqual(["works", "works"]);
});

test("neither a success in between nor what a caller gave up opens it", async () => {
  const { ask, circuit } = circuitAt(0);
  for (let n = 0; n < 10; n++) {
    await ask("fails");
    await ask("fails");
    await ask("is given up");
    await ask("works");
  }
  expect(circuit.isOpen()).toBe(false);
});

test("a trial that its caller gives up leaves the next one to another", async () => {
  const { ask, pass } = circuitAt(0);
  for (let n = 0; n < 3; n++) await ask("fails");
  pass(1_000);
  expect(await ask("is given up")).toBe("is given up");
  pass(1_000);
  expect(await ask("works")).toBe("works");
});
