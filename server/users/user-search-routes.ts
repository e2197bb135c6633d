import { LIMITS } from "@parley/contracts/limits";
import { Id, trimmed } from "@parley/contracts/scalars";
import { UserList } from "@parley/contracts/users";
import { Hono } from "hono";
import * as v from "valibot";
import { documented, query } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { wholeNumber } from "../http/query-fields.ts";
import type { UserStore } from "./store.ts";
import type { UserView } from "./user-view.ts";

const { page } = LIMITS;

const UserQuery = v.object({
  query: v.optional(trimmed(0, LIMITS.displayName.max), ""),
  limit: v.optional(wholeNumber(1, page.max)),
  ids: v.optional(
    v.pipe(
      v.string("is given twice"),
      v.transform((list) => list.split(",").filter((id) => id !== "")),
      v.array(Id),
      v.maxLength(page.max, `are more than ${page.max}`),
    ),
  ),
});

export interface SearchRoutesDeps {
  users: Pick<UserStore, "search">;
  directory: UserView;
}

/** Finding people. */
export function createSearchRoutes({ users, directory }: SearchRoutesDeps): Hono<AppEnv> {
  return new Hono<AppEnv>().get(
    "/users",
    documented({
      summary: "People by the start of their username or name, or by their IDs",
      tag: "profile",
      answers: { 200: ["Found users; nobody with a block between is found by name", UserList] },
      refusals: ["invalid"],
    }),
    query(UserQuery),
    async function findUsers(c) {
      const { id: viewer } = c.get("user");
      const { query: start, limit = page.default, ids } = c.req.valid("query");
      const found = ids ?? (await users.search(viewer, start, limit));
      const shown = await directory.show(viewer, found);
      return c.json({ users: found.flatMap((id) => shown.get(id) ?? []) });
    },
  );
}
