import { expect, test } from "bun:test";
import { Refusal } from "@parley/platform/http/problem";
import { createStateLog } from "@parley/platform/process/state-log";
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

test("After consecutive failures requests are refused at once with a Retry-After", async () => {
  const { ask, asked, circuit } = circuitAt(0);
  for (let n = 0; n < 3; n++) expect(await ask("fails")).toBe("fails");
  expect(circuit.isOpen()).toBe(true);
  expect(await ask("works")).toBe("unavailable");
  expect(asked()).toBe(3);
  const refusal = await circuit.run(async () => {}, Boolean).catch((error) => error);
  expect(refusal.extra.retryAfter).toBe(1);
});

test("A probe that fails because of its caller lets the next request probe", async () => {
  const { ask, pass, circuit } = circuitAt(0);
  for (let n = 0; n < 3; n++) await ask("fails");
  pass(1_000);
  expect(await ask("is given up")).toBe("is given up");
  expect(circuit.isOpen()).toBe(true);
  expect(await ask("works")).toBe("works");
  expect(circuit.isOpen()).toBe(false);
});

test("One request at a time probes the server", async () => {
  const { ask, pass, circuit } = circuitAt(0);
  for (let n = 0; n < 3; n++) await ask("fails");
  pass(1_000);
  expect(await Promise.all([ask("fails"), ask("works")])).toEqual(["fails", "unavailable"]);
  pass(1_000);
  expect(await ask("works")).toBe("works");
  expect(circuit.isOpen()).toBe(false);
  expect(await Promise.all([ask("works"), ask("works")])).toEqual(["works", "works"]);
});

test("Neither failures between successes nor requests that callers abort open the circuit", async () => {
  const { ask, circuit } = circuitAt(0);
  for (let n = 0; n < 10; n++) {
    await ask("fails");
    await ask("fails");
    await ask("is given up");
    await ask("works");
  }
  expect(circuit.isOpen()).toBe(false);
});

test("A probe that its caller aborts leaves the next probe to another request", async () => {
  const { ask, pass } = circuitAt(0);
  for (let n = 0; n < 3; n++) await ask("fails");
  pass(1_000);
  expect(await ask("is given up")).toBe("is given up");
  pass(1_000);
  expect(await ask("works")).toBe("works");
});

test("A circuit that is opened from outside stays open whatever becomes of requests in flight", async () => {
  const { ask, asked, pass, circuit } = circuitAt(0);
  const finished = Promise.withResolvers<void>();
  const inFlight = circuit.run(() => finished.promise, Boolean);
  circuit.open();
  finished.resolve();
  await inFlight;
  expect([await ask("works"), asked()]).toEqual(["unavailable", 0]);
  pass(1_000);
  expect(await ask("works")).toBe("works");
  expect(circuit.isOpen()).toBe(false);
});

test("A circuit that is closed from outside refuses nothing because of requests that began before", async () => {
  const { ask, circuit } = circuitAt(0);
  for (let n = 0; n < 3; n++) await ask("fails");
  circuit.close();
  expect(await ask("works")).toBe("works");
  const outage = Promise.withResolvers<never>();
  const inFlight = Array.from({ length: 5 }, () => circuit.run(() => outage.promise, Boolean));
  circuit.close();
  outage.reject(new Error("the server was away"));
  await Promise.allSettled(inFlight);
  expect(circuit.isOpen()).toBe(false);
});

test("Failures of the server are two lines of the log, however many requests fail or are refused", async () => {
  const lines: object[] = [];
  const write = (fields: object) => void lines.push(fields);
  const state = createStateLog({ log: { warn: write, info: write } as never, part: "the server" });
  const circuit = createCircuit({ maxFailures: 3, state });
  const ask = (request: () => Promise<void>) => circuit.run(request, () => true).catch(() => {});
  for (let n = 0; n < 500; n++) await ask(() => Promise.reject(new Error("refused")));
  circuit.close();
  await ask(async () => {});
  expect(lines).toMatchObject([
    { part: "the server", error: "Error: refused" },
    { part: "the server", failures: 500 },
  ]);
});
