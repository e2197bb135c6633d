import type { ChatEvent } from "@parley/contracts/events";
import { applyEvent } from "../engine/room/apply-event.ts";
import type { Room } from "../engine/room/room.ts";
import { reader, TOMAS } from "./fixtures.ts";

/** The fields that every kind of event has, except for its `seq`. */
export const EVENT_ORIGIN = { at: "2026-06-12T18:05:00.000Z", by: TOMAS };

/** Applies events to a room, one after the other. */
export function applyEvents(room: Room, ...events: ChatEvent[]): Room {
  return events.reduce((now, event) => applyEvent(now, event, reader()), room);
}
