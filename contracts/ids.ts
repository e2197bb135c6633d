import type * as v from "valibot";
import { Id } from "./scalars.ts";

declare const kindOfId: unique symbol;

/**
 * A string that identifies one kind of object.
 *
 * The compiler refuses the ID of one kind where another kind is expected, because functions take
 * several IDs by position. A plain string is accepted, so that only the sources of IDs name the kind:
 * the schemas of this folder and the tables of the database.
 */
type IdOf<Kind extends string> = string & { readonly [kindOfId]?: Kind };

export type UserId = IdOf<"user">;
export type ChatId = IdOf<"chat">;
/** The `sid` of a token: one sign-in. */
export type SessionId = IdOf<"session">;
export type FileId = IdOf<"file">;

export const UserId: v.GenericSchema<string, UserId> = Id;
export const ChatId: v.GenericSchema<string, ChatId> = Id;
export const SessionId: v.GenericSchema<string, SessionId> = Id;
export const FileId: v.GenericSchema<string, FileId> = Id;
