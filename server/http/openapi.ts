import { VERSION } from "@parley/platform/process/version";
import type { Hono } from "hono";
import { type GenerateSpecOptions, openAPIRouteHandler } from "hono-openapi";
import { documented } from "./documented.ts";
import { componentSchemas } from "./schema-options.ts";

type Documentation = GenerateSpecOptions["documentation"];

/** Serves the OpenAPI 3.1 document of all routes of `app`, generated from the schemas that validate requests. */
export function openApiDocument<E extends object>(app: Hono<E>) {
  const handler = openAPIRouteHandler(app, {
    documentation: documentation(),
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
  });
  return Object.assign(handler, ITSELF);
}

/** The document describes its own route too. */
const ITSELF = documented("GET /service/api/openapi.json", {
  summary: "This document",
  tag: "about",
  answers: { 200: ["OpenAPI 3.1", { mediaTypes: ["application/json"], type: "object" }] },
});

function documentation(): Documentation {
  return {
    info: {
      title: "Parley",
      version: VERSION,
      description: "A chat that a team, a club or a company runs itself.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { cookie: [] }],
    components: {
      schemas: componentSchemas() as never,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: "token",
          description: "`__Host-token` over HTTPS",
        },
      },
    },
  };
}
