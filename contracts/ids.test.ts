import { expect, test } from "bun:test";
import * as v from "valibot";
import { ChatId, UserId } from "./ids.ts";

const uuid = "0198F0C4-7C2B-7000-8000-0123456789AB";

test("the compiler refuses the ID of another kind, and accepts a plain string", () => {
  const join = (user: UserId, chat: ChatId) => `${user} ${chat}`;
  const [user, chat] = [v.parse(UserId, uuid), v.parse(ChatId, uuid)];
  join(user, chat);
  join(uuid, uuid);
  // @ts-expect-error The two are swapped.
  expect(join(chat, user)).toBe(`${user} ${chat}`);
});
