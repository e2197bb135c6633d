import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import { acceptsHtml } from "../access/authorize.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import type { ClientFiles } from "./client-files.ts";
import { serveFile, serveNotFoundPage } from "./serve-file.ts";

export type ClientHandlers = ReturnType<typeof createClientHandlers>;

/** Creates the handlers that serve the built client: its files, and its page at every address for people. */
export function createClientHandlers({ page, preloads, files }: ClientFiles) {
  return {
    page({ req }: Context<GatewayEnv>): Response {
      if (!page)
        throw new Refusal(
          "unavailable",
          "The page is not built: run `bun start`, which builds it.",
        );
      const response = serveFile(req, page);
      const preload = preloads.get(firstSegment(req.path));
      if (preload !== undefined) response.headers.set("link", preload);
      return response;
    },

    /** Answers a request that matched no route: with a file, with the page and 404 for a person, else with a problem. */
    fallback({ req }: Context<GatewayEnv>): Response {
      const { method, path } = req;
      const isRead = method === "GET" || method === "HEAD";
      const file = isRead ? files.get(path) : undefined;
      if (file) return serveFile(req, file);
      const isPerson = isRead && acceptsHtml(req.header("accept")) && isPagePath(path);
      if (isPerson && page) return serveNotFoundPage(req, page);
      throw new Refusal("not_found");
    },
  };
}

/** Only programs call addresses under these prefixes, and they read problems. */
function isPagePath(path: string): boolean {
  return !path.startsWith("/service/") && !path.startsWith("/assets/");
}

function firstSegment(path: string): string {
  return `/${path.split("/", 2)[1] ?? ""}`;
}
