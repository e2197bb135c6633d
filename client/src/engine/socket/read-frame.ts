import { ServerFrame } from "@parley/contracts/frames";
import * as v from "valibot";
import type { RawFrame } from "./socket.ts";

/** @returns null for a frame of a type that this page does not know yet, and for one that is broken. */
export function readFrame(raw: RawFrame): ServerFrame | null {
  const frame = v.safeParse(ServerFrame, raw);
  return frame.success ? frame.output : null;
}
