import type { Socket } from "node:net";
import { problemResponse, type Refusal } from "@parley/platform/http/problem";
import { continueTrace } from "@parley/platform/http/trace-context";
import { createUpstream, type Upstream } from "@parley/upstream";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { createFindRoute } from "../access/find-route.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import { type Circuit, createCircuit } from "../proxy/circuit.ts";
import { createProxy } from "../proxy/proxy.ts";
import { type RawServer, startRawServer } from "./raw-server.ts";

export interface ProxyRequestOptions {
  readonly connectMs?: number;
  readonly responseMs?: number;
  readonly url?: string;
  readonly circuit?: Circuit;
  readonly upstream?: Upstream;
  readonly path?: string;
  readonly body?: ReadableStream<Uint8Array>;
}

export interface TestProxy extends Disposable {
  readonly server: RawServer;
  /** What the server does with the data of a request. */
  onRequest: (socket: Socket, data: Buffer) => void;
  /** Pieces of data that the server received. */
  requests: number;
  /** The codes that the proxy reported for requests without a response. */
  readonly failures: string[];
  /** The codes that the proxy reported for aborted responses. */
  readonly aborted: string[];
  /** Sends a request through a proxy of its own. */
  request(method?: string, options?: ProxyRequestOptions): Promise<Response>;
}

/** Starts a server that a test controls byte by byte, for requests through the proxy alone. */
export async function startTestProxy(): Promise<TestProxy> {
  const server = await startRawServer((socket, data) => {
    proxy.requests++;
    proxy.onRequest(socket, data);
  });
  const proxy: TestProxy = {
    server,
    onRequest: () => {},
    requests: 0,
    failures: [],
    aborted: [],
    async request(method = "GET", options = {}) {
      const { connectMs = 5_000, responseMs = 5_000, url = server.url } = options;
      const { upstream = createUpstream(url, { connectMs, responseMs, keepAliveMs: 5_000 }) } =
        options;
      const { circuit = createCircuit(), path = "/service/api/x" } = options;
      const app = createProxyApp(upstream, {
        minimumRate: { bytes: 16 * 1024, withinMs: responseMs },
        bufferedBodyMs: responseMs,
        onFailure: (code) => void proxy.failures.push(code),
        onAborted: (code) => void proxy.aborted.push(code),
        circuit,
      });
      const body = options.body ?? (method === "POST" ? "{}" : null);
      return app.request(`http://chat.example${path}`, { method, body }, {});
    },
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
  return proxy;
}

/** An app whose only handler is the proxy. */
export function createProxyApp(...args: Parameters<typeof createProxy>): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  app.onError((error) => problemResponse(error as Refusal));
  app.use(setVariables);
  app.all("*", createProxy(...args));
  return app;
}

const findRoute = createFindRoute([]);

const setVariables = createMiddleware<GatewayEnv>(async (c, next) => {
  c.set("trace", continueTrace(undefined));
  c.set("address", "192.0.2.1");
  c.set("route", findRoute(c.req.method, c.req.path));
  await next();
});

/** Reads the status and the code of a problem. */
export async function readProblem(
  pending: Response | Promise<Response>,
): Promise<[status: number, code: unknown]> {
  const response = await pending;
  const { code } = (await response.json()) as { code: unknown };
  return [response.status, code];
}
