import * as v from "valibot";
import { UserId } from "./ids.ts";
import { Instant } from "./scalars.ts";
import { User } from "./users.ts";

export const Block = v.pipe(
  v.object({
    user: User,
    createdAt: Instant,
    /** Null for a permanent block. */
    expiresAt: v.nullable(Instant),
  }),
  v.metadata({ title: "Block" }),
);
export type Block = v.InferOutput<typeof Block>;

/** A permanent block, or one until a time in the future, or one for a number of seconds. */
export const BlockCreation = v.pipe(
  v.object({
    userId: UserId,
    expiresAt: v.optional(v.nullable(Instant)),
    seconds: v.optional(
      v.pipe(
        v.number("is not a number"),
        v.finite(),
        v.gtValue(0, "is not above 0"),
        v.maxValue(10 * 366 * 86_400, "is more than ten years"),
      ),
    ),
  }),
  v.forward(
    v.check(
      ({ expiresAt, seconds }) => seconds === undefined || expiresAt == null,
      "can’t stand beside expiresAt",
    ),
    ["seconds"],
  ),
  v.metadata({
    not: { required: ["seconds", "expiresAt"], properties: { expiresAt: { type: "string" } } },
  }),
);
export type BlockCreation = v.InferOutput<typeof BlockCreation>;

export const BlockList = v.object({ blocks: v.array(Block) });
