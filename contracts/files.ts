import * as v from "valibot";
import { Id } from "./scalars.ts";

/** A stored file; sizes in bytes and pixels, `thumbnail` a Data URL. */
export const File = v.object({
  id: Id,
  name: v.string(),
  type: v.string(),
  size: v.number(),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  thumbnail: v.optional(v.string()),
});
export type File = v.InferOutput<typeof File>;
