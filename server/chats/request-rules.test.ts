import { describe, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { decideAdmission, denyCreation, denyMembership, type Invitee } from "./request-rules.ts";

const NOW = new Date("2026-06-12T12:00:00Z");
const HOUR_MS = 60 * 60 * 1_000;
const before = (ms: number) => new Date(NOW.getTime() - ms);

function invitee(change: Partial<Invitee> = {}): Invitee {
  return { id: "bob", chats: 0, requests: 0, isAcquainted: false, endedAt: null, ...change };
}

function admit(invited: Invitee[], openRequests = 0, visibility: "public" | "private" = "private") {
  const admission = decideAdmission(visibility, { openRequests }, invited, NOW);
  return admission.kind === "admitted" ? [...admission.requests] : admission.denial.code;
}

describe("putting users into a chat", () => {
  test("Only strangers get a request in a private chat", () => {
    expect(admit([invitee(), invitee({ id: "cat", isAcquainted: true })])).toEqual(["bob"]);
  });

  test("Nobody gets a request in a public channel, whatever requests are open", () => {
    const declined = invitee({ endedAt: before(HOUR_MS), requests: LIMITS.requests.received });
    expect(admit([declined], LIMITS.requests.open, "public")).toEqual([]);
  });

  test.each<[number, string[], ReturnType<typeof admit>]>([
    [19, ["bob"], ["bob"]],
    [20, ["bob"], "rate_limited"],
    [19, ["bob", "cat"], "rate_limited"],
    [20, [], []],
  ])(
    "With %i requests open, putting the strangers %j is answered with %j",
    (open, strangers, answer) => {
      const acquainted = invitee({ id: "dan", isAcquainted: true });
      expect(admit([...strangers.map((id) => invitee({ id })), acquainted], open)).toEqual(answer);
    },
  );

  test("A user who has as many requests as one may have gets no further request", () => {
    const { received } = LIMITS.requests;
    expect(admit([invitee({ requests: received - 1 })])).toEqual(["bob"]);
    expect(admit([invitee({ requests: received })])).toBe("rate_limited");
    expect(admit([invitee({ requests: received, isAcquainted: true })])).toEqual([]);
  });

  test("After a declined request the same user is asked again only when the pause is over", () => {
    const { pauseMs } = LIMITS.requests;
    expect(admit([invitee({ endedAt: before(pauseMs - 1) })])).toBe("rate_limited");
    expect(admit([invitee({ endedAt: before(pauseMs) })])).toEqual(["bob"]);
    expect(admit([invitee({ endedAt: before(0), isAcquainted: true })])).toEqual([]);
  });

  test("The denial of a pause says how many seconds are left", () => {
    const endedAt = before(LIMITS.requests.pauseMs - 90_500);
    const admission = decideAdmission("private", { openRequests: 0 }, [invitee({ endedAt })], NOW);
    expect(admission).toMatchObject({ denial: { retryAfter: 91 } });
  });

  test.each(["public", "private"] as const)(
    "Nobody is put into more chats than one may be in, in a %s chat",
    (visibility) => {
      const { max } = LIMITS.chats;
      const full = invitee({ chats: max, isAcquainted: true });
      expect(admit([full], 0, visibility)).toBe("too_many_chats");
      expect(admit([{ ...full, chats: max - 1 }], 0, visibility)).toEqual([]);
    },
  );
});

test("A user may be in as many chats as the limit says", () => {
  expect(denyMembership(LIMITS.chats.max - 1)).toBeNull();
  expect(denyMembership(LIMITS.chats.max)?.code).toBe("too_many_chats");
});

test("A user may make 100 chats in 24 hours, and learns when the next one is possible", () => {
  const made = Array.from({ length: LIMITS.chats.madePerDay }, () => before(23 * HOUR_MS));
  expect(denyCreation(made.slice(1), NOW)).toBeNull();
  expect(denyCreation(made, NOW)).toMatchObject({ code: "rate_limited", retryAfter: 3_600 });
});
