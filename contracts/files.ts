import * as v from "valibot";
import { FileId } from "./ids.ts";
import { Count } from "./scalars.ts";

/** A stored file; `size` in bytes, `width` and `height` in pixels, `thumbnail` a Data URL. */
export const File = v.pipe(
  v.object({
    id: FileId,
    name: v.string(),
    type: v.string(),
    size: Count,
    width: v.optional(Count),
    height: v.optional(Count),
    thumbnail: v.optional(v.pipe(v.string(), v.metadata({ pattern: "^data:image/" }))),
  }),
  v.metadata({ title: "File" }),
);
export type File = v.InferOutput<typeof File>;
