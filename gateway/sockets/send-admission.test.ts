import { expect, test } from "bun:test";
import { answerToSend, createSendAdmission, isSend, overloadedReject } from "./send-admission.ts";

const WINDOW = 4_000;

/** A user who has sent until no more was admitted. */
function flood(admission: ReturnType<typeof createSendAdmission>, user = "mallory") {
  const sender = { user, unanswered: 0 };
  while (admission.admits(sender)) admission.sent(sender);
  return sender;
}

test("Each answer makes room for one more send", () => {
  const admission = createSendAdmission(() => 0);
  const sender = flood(admission);
  expect(sender.unanswered).toBe(WINDOW / 2);
  admission.answered(sender, "stored");
  expect(admission.admits(sender)).toBeTrue();
});

test("A user's sends are counted over all of the user's sockets", () => {
  const admission = createSendAdmission(() => 0);
  flood(admission, "mallory");
  expect(admission.admits({ user: "mallory", unanswered: 0 })).toBeFalse();
  expect(admission.admits({ user: "ann", unanswered: 0 })).toBeTrue();
});

test("What a socket has sent counts no more when its connection is gone", () => {
  const admission = createSendAdmission(() => 0);
  admission.forget(flood(admission));
  expect(flood(admission).unanswered).toBe(WINDOW / 2);
});

test("An answer to a socket without an unanswered send makes room for nobody", () => {
  const admission = createSendAdmission(() => 0);
  flood(admission, "ann");
  const mallory = flood(admission, "mallory");
  const quiet = { user: "mallory", unanswered: 0 };
  for (let n = 0; n < 100; n++) admission.answered(quiet, "stored");
  expect(quiet.unanswered).toBe(0);
  expect(admission.admits(mallory)).toBeFalse();
});

test("The refusal of a send names its clientId, and when to send it again", () => {
  const clientId = crypto.randomUUID();
  const send = JSON.stringify({ type: "send", chat: "c", clientId, body: '"clientId":"no"' });
  expect(isSend(send)).toBeTrue();
  const reject = JSON.parse(overloadedReject(send) ?? "");
  expect(reject).toMatchObject({ type: "reject", clientId, code: "overloaded" });
  expect(reject.retryAfter).toBeGreaterThanOrEqual(1);
  expect(reject.retryAfter).toBeLessThanOrEqual(2);
});

test.each([
  '{"type":"send","chat":"c"}',
  '{"type":"send","clientId":7}',
  `{"type":"send","clientId":"${"x".repeat(65)}"}`,
  '{"type":"send"',
])("A send without a clientId is left to the server: %s", (send) => {
  expect(overloadedReject(send)).toBeUndefined();
});

test("What the server refuses makes room, and does not widen the window", () => {
  const admission = createSendAdmission(() => 0);
  for (let round = 0; round < 100; round++) {
    const sender = flood(admission);
    while (sender.unanswered > 0) admission.answered(sender, "refused");
  }
  expect(flood(admission).unanswered).toBe(WINDOW / 2);
});

test("An ack, a reject and the error of a malformed frame answer a send, and other frames do not", () => {
  const types = ["ack", "reject", "error", "events", "pong", "resumed"];
  expect(types.map((type) => answerToSend(`{"type":"${type}"}`))).toEqual([
    "stored",
    "refused",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  const codes = ["bad_request", "rate_limited", "overloaded"] as const;
  const errors = codes.map((code) => JSON.stringify({ type: "error", code, detail: "" }));
  expect(errors.map(answerToSend)).toEqual(["refused", undefined, undefined]);
});

test.each([
  '{"type":"send","chat":"c"}',
  ' {"type":"send"}',
  '{ "type" : "send"}',
  '{"chat":"c","type":"send"}',
  '{"type":"ping","type":"send"}',
  '{"type":"ping","\\u0074ype":"send"}',
  '{"type":"\\u0073end"}',
])("A send is one however it is written: %s", (frame) => {
  expect(JSON.parse(frame).type).toBe("send");
  expect(isSend(frame)).toBeTrue();
});

test.each([
  '{"type":"ping","id":"send"}',
  ' {"type":"typing"}',
  '{"type":"sent"}',
  '["type","send"]',
  "null",
  "7",
  "binary",
  '{"type":"ping","type":',
])("No other frame is a send: %s", (frame) => {
  expect(isSend(frame)).toBeFalse();
});
