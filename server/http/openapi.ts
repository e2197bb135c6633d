import { VERSION } from "@parley/platform/process/version";
import type { Context, Hono } from "hono";
import { type GenerateSpecOptions, generateSpecs } from "hono-openapi";
import { documented } from "./documented.ts";

type Documentation = GenerateSpecOptions["documentation"];

/**
 * Answers with the OpenAPI 3.1 document of every route that `app` has, made from the schemas that
 * validate the requests.
 *
 * The document is generated and encoded at the first request, and kept: encoding takes milliseconds, and
 * a caller needs no token.
 */
export function openApiDocument<E extends object>(app: Hono<E>) {
  let encoded: Promise<Uint8Array<ArrayBuffer>> | undefined;

  async function handler(c: Context): Promise<Response> {
    encoded ??= encodeDocument(app);
    return c.body(await encoded, 200, { "content-type": "application/json" });
  }

  return Object.assign(handler, ITSELF);
}

async function encodeDocument<E extends object>(app: Hono<E>): Promise<Uint8Array<ArrayBuffer>> {
  // Imported on demand, because few servers are asked for their document.
  const { problemSchema } = await import("./problem-schema.ts");
  const document = await generateSpecs(app, {
    documentation: documentation(problemSchema()),
    defaultValidationErrorResponse: false,
    excludeStaticFile: false,
  });
  return new TextEncoder().encode(JSON.stringify(document));
}

/** The document describes its own route too. */
const ITSELF = documented("GET /service/api/openapi.json", {
  summary: "This document",
  tag: "about",
  answers: { 200: ["OpenAPI 3.1", { mediaTypes: ["application/json"], type: "object" }] },
});

function documentation(schemas: object): Documentation {
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
      schemas: schemas as never,
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
