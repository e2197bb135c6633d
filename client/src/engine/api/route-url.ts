import type { RouteKey } from "@parley/contracts/routes";

type PathParam<Path extends string> = Path extends `${string}:${infer Param}/${infer Rest}`
  ? Param | PathParam<Rest>
  : Path extends `${string}:${infer Param}`
    ? Param
    : never;

/** The values of the parameters in a route's path, such as `id` in `GET /service/api/chats/:id`. */
export type PathParams<Route extends RouteKey> = Readonly<
  Record<PathParam<Route>, string | number>
>;

/** Splits a route of the contract into its method and its URL. */
export function urlOf(
  route: RouteKey,
  params: Readonly<Record<string, string | number>>,
  query: Readonly<Record<string, string>>,
): { method: string; url: string } {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams(query).toString();
  return { method, url: search === "" ? path : `${path}?${search}` };
}
