import { describe, expect, test } from "bun:test";
import { SERVER_ROUTES } from "@parley/contracts/routes";
import { createFindRoute, isProxiedPath } from "./find-route.ts";

const findRoute = createFindRoute(["/favicon.svg", "/sw.js"]);

/** "Access" of docs/protocol/http.md, written out once more, independently of the table. */
const PUBLIC = [
  ["GET", "/login"],
  ["GET", "/register"],
  ["GET", "/metrics"],
  ["GET", "/healthz"],
  ["GET", "/readyz"],
  ["POST", "/service/api/login"],
  ["POST", "/service/api/register"],
  ["GET", "/service/api/openapi.json"],
  ["GET", "/assets/index-1a2b.js"],
  ["GET", "/favicon.svg"],
  ["GET", "/sw.js"],
] as const;
const PAGES = ["/", "/chat", "/chat/0197", "/chat/0197/12", "/settings", "/settings/profile"];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

const name = (method: string, path: string) => `${method} ${path}`;
const isPublic = (method: string, path: string) =>
  PUBLIC.some(
    (row) => row[1] === path && (row[0] === method || `${row[0]}${method}` === "GETHEAD"),
  );

describe("the table of routes", () => {
  test("The table has exactly the public routes of the protocol, for their methods only", () => {
    for (const [, path] of PUBLIC)
      for (const method of METHODS)
        expect([name(method, path), findRoute(method, path).access === "public"]).toEqual([
          name(method, path),
          isPublic(method, path),
        ]);
  });

  test("The pages of the client are pages in the table", () => {
    for (const path of PAGES) {
      expect(findRoute("GET", path).access).toBe("page");
      expect(findRoute("HEAD", path).access).toBe("page");
      expect(findRoute("POST", path).access).toBe("protected");
    }
  });

  test("Every other route of the server is protected", () => {
    for (const { method, pattern } of SERVER_ROUTES) {
      const path = pattern.replace(/:\w+/g, "0197");
      if (!isPublic(method, path)) expect(findRoute(method, path).access).toBe("protected");
    }
  });

  test.each([
    "/LOGIN",
    "/login/",
    "/login/x",
    "/loginx",
    "/metrics/",
    "/service/api/login/",
    "/service/api/Login",
    "/service/api/register/x",
    "/assets",
    "/Assets/x",
    "/xassets/x",
    "/favicon.svg/x",
    "/favicon.ico",
    "/index.html",
    "/%6cogin",
    "/settingsx",
    "/chats",
    "//",
  ])("The path %p, which resembles a public route, is protected", (path) => {
    for (const method of METHODS)
      if (path !== "/assets" || !["GET", "HEAD"].includes(method))
        expect(findRoute(method, path).access).toBe("protected");
  });

  test("A route is labelled by its pattern, and an unknown path as unmatched", () => {
    expect(findRoute("GET", "/service/api/chats/0197/members").pattern).toBe(
      "/service/api/chats/:id/members",
    );
    expect(findRoute("PUT", "/service/api/profile/avatar").pattern).toBe(
      "/service/api/profile/avatar",
    );
    expect(findRoute("GET", "/service/metrics").pattern).toBe("unmatched");
    expect(findRoute("GET", "/nothing").pattern).toBe("unmatched");
  });

  test("Files have a limit of their own, and static files, health and metrics have none", () => {
    expect(findRoute("GET", "/service/api/files/0197").limit).toBe("files");
    expect(findRoute("POST", "/service/api/files").limit).toBe("default");
    for (const path of ["/assets/a.js", "/sw.js", "/healthz", "/readyz", "/metrics"])
      expect(findRoute("GET", path).limit).toBe("none");
    expect(findRoute("GET", "/ws").limit).toBe("default");
    expect(findRoute("GET", "/nothing").limit).toBe("default");
  });
});

test("The server's link, WebSockets and metrics are not proxied", () => {
  for (const path of ["/service/link", "/service/ws", "/service/metrics", "/service/apix/login"])
    expect(isProxiedPath(path)).toBe(false);
  for (const path of ["/service/api/profile", "/service/healthz", "/service/readyz"])
    expect(isProxiedPath(path)).toBe(true);
});
