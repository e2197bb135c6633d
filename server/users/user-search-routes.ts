import { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { trimmed } from "@parley/contracts/scalars";
import { UserList } from "@parley/contracts/users";
import { Hono } from "hono";
import * as v from "valibot";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { pageLimit } from "../http/query-fields.ts";
import { query } from "../http/request-validators.ts";
import type { UserStore } from "./user-store.ts";
import type { UserView } from "./user-view.ts";

const { page } = LIMITS;

const UUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
const ID_LIST = `^(${UUID}(,${UUID}){0,${page.max - 1}})?$`;

const UserQuery = v.object({
  query: v.optional(trimmed(0, LIMITS.displayName.max), ""),
  limit: pageLimit,
  ids: v.optional(
    v.pipe(
      v.string("is given twice"),
      v.metadata({ pattern: ID_LIST }),
      v.transform((list) => list.split(",").filter((id) => id !== "")),
      v.array(UserId),
      v.maxLength(page.max, `are more than ${page.max}`),
    ),
  ),
});

interface UserSearchRoutesDeps {
  store: Pick<UserStore, "search">;
  view: Pick<UserView, "show">;
}

/** The route that finds users by name or by ID. */
export function createUserSearchRoutes({ store, view }: UserSearchRoutesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().get(
    "/users",
    documented("GET /service/api/users", {
      summary: "Finds users by the start of their username or display name, or by ID",
      tag: "profile",
      answers: {
        200: ["The users found; a search by name leaves out users with an active block", UserList],
      },
      refusals: ["invalid"],
    }),
    query(UserQuery),
    async function findUsers(c) {
      const { id: viewer } = c.get("user");
      const { query: prefix, limit = page.default, ids } = c.req.valid("query");
      const found = ids ?? (await store.search(viewer, prefix, limit));
      const shown = await view.show(viewer, found);
      return c.json({ users: found.flatMap((id) => shown.get(id) ?? []) });
    },
  );
}
