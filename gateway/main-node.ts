/** The HTTP half of the gateway on Node; see docs/decisions/node.md. Start it from the root of the repository. */
import "./node/polyfills.ts";
import { createNodeEnd } from "./node/node-end.ts";
import { runGateway } from "./run-gateway.ts";

await runGateway({ createEnd: createNodeEnd, clientFolder: "client/dist" }, (log) =>
  log.warn("WebSockets are not served on Node: they need Bun"),
);
