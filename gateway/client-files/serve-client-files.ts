import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import { acceptsHtml } from "../access/authorise.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import type { ClientFiles } from "./client-files.ts";
import { serveFile, serveLost } from "./serve-file.ts";

export type ClientServer = ReturnType<typeof createClientServer>;

/** Serves the built client: its files by their path, its page at every address that people visit. */
export function createClientServer({ page, hints, files }: ClientFiles) {
  return {
    page({ req }: Context<GatewayEnv>): Response {
      if (!page)
        throw new Refusal(
          "unavailable",
          "The page is not built: run `bun start`, which builds it.",
        );
      const response = serveFile(req, page);
      const hint = hints.get(firstSegment(req.path));
      if (hint !== undefined) response.headers.set("link", hint);
      return response;
    },

    /** Answers what nothing else did: with a file, with the page for a person who is lost, else with 404. */
    rest({ req }: Context<GatewayEnv>): Response {
      const { method, path } = req;
      const reads = method === "GET" || method === "HEAD";
      const file = reads ? files.get(path) : undefined;
      if (file) return serveFile(req, file);
      const lost = reads && acceptsHtml(req.header("accept")) && isVisited(path);
      if (lost && page) return serveLost(req, page);
      throw new Refusal("not_found");
    },
  };
}

/** Programs alone call what lies under these, and read problems there. */
function isVisited(path: string): boolean {
  return !path.startsWith("/service/") && !path.startsWith("/assets/");
}

function firstSegment(path: string): string {
  return `/${path.split("/", 2)[1] ?? ""}`;
}
