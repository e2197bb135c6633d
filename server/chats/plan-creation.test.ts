import { describe, expect, test } from "bun:test";
import { directKey, nameAfter, planCreation } from "./plan-creation.ts";

const [me, bob, cyd] = ["a", "b", "c"] as const;
const faultAt = (path: string) => ({ kind: "fault", error: { path } });

describe("planCreation", () => {
  test("A channel needs a name and is public by default", () => {
    expect(planCreation(me, { kind: "channel" })).toMatchObject(faultAt("name"));
    expect(planCreation(me, { kind: "channel", name: "general" })).toEqual({
      kind: "channel",
      visibility: "public",
      name: "general",
      topic: "",
      invited: [],
    });
  });

  test("A group needs no name and is always private", () => {
    expect(planCreation(me, { kind: "group", members: [bob] })).toMatchObject({
      visibility: "private",
      name: null,
    });
    expect(planCreation(me, { kind: "group", visibility: "public" })).toMatchObject(
      faultAt("visibility"),
    );
  });

  test("The invited users are listed once each and without the creator", () => {
    const members = [bob, me, bob, cyd];
    expect(planCreation(me, { kind: "group", members })).toMatchObject({ invited: [bob, cyd] });
  });

  test("A direct chat needs exactly one other user", () => {
    expect(planCreation(me, { kind: "direct", members: [bob] })).toEqual({
      kind: "direct",
      peer: bob,
    });
    expect(planCreation(me, { kind: "direct", members: [me, bob] })).toMatchObject({ peer: bob });
    for (const members of [[], [me], [bob, cyd]])
      expect(planCreation(me, { kind: "direct", members })).toMatchObject(faultAt("members"));
  });
});

test("A direct chat has the same key in both orders of its users", () => {
  expect(directKey(me, bob)).toBe(directKey(bob, me));
  expect(directKey(me, bob)).not.toBe(directKey(me, cyd));
});

test("A group without a name is named after its members within the length limit", () => {
  expect(nameAfter(["Ann", "Bob"])).toBe("Ann, Bob");
  const long = nameAfter(Array.from({ length: 30 }, () => "Ann 😀"));
  expect([...long]).toHaveLength(80);
  expect(long).toEndWith("…");
  expect(long.isWellFormed()).toBe(true);
});
