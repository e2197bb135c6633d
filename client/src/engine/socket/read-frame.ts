import { ServerFrame } from "@parley/contracts/frames";
import * as v from "valibot";
import type { RawFrame } from "./socket.ts";

/** @returns null for a frame of an unknown type, and for a malformed one: both are ignored. */
export function readFrame(raw: RawFrame): ServerFrame | null {
  const frame = v.safeParse(ServerFrame, raw);
  return frame.success ? frame.output : null;
}
