import { migrateToLatest } from "@parley/db/migrate";
import { type OpenedDatabase, openEmbedded, openPostgres } from "@parley/db/open";
import type { Log } from "@parley/platform/log";
import { keptSecret } from "@parley/platform/secret";
import { sql } from "kysely";
import { createApi } from "./api.ts";
import { createApp } from "./app.ts";
import { createHealthRoutes } from "./http/health-routes.ts";
import { cookieToken, isOwnPage } from "./http/page-origin.ts";
import { createServerMetrics } from "./metrics.ts";
import { createHub } from "./realtime/hub.ts";
import { publishOver } from "./realtime/publish.ts";
import { createWebSocket, type SocketData } from "./realtime/websocket.ts";
import type { ServerSettings } from "./settings.ts";
import { openObjectStore } from "./storage/open-object-store.ts";

/** Outlasts the gateway's pooled connections, so that no request meets one that is just being closed. */
const IDLE_SECONDS = 255;

type Server = Bun.Server<SocketData>;

export interface RunningServer extends AsyncDisposable {
  readonly url: URL;
}

/** Starts the server; disposing of it runs the start backwards. */
export async function startServer(settings: ServerSettings, log: Log): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const secret = settings.JWT_SECRET ?? keptSecret(settings.DATA_DIR);
  const { db, kind: database } = stack.use(await openDatabase(settings, log));
  await migrateToLatest(db);
  const { store, kind: storage } = openObjectStore(settings);
  const hub = createHub(publishOver((topic, data) => server.publish(topic, data)));
  const metrics = createServerMetrics({ database, storage }, hub.size);
  const api = stack.use(createApi({ db, store, hub, metrics, log, secret }, settings));
  const ownOrigins = settings.PUBLIC_ORIGIN ? [settings.PUBLIC_ORIGIN] : [];
  const sockets = stack.use(
    createWebSocket({
      secret,
      check: api.sessions.check,
      connect: api.connect,
      isOwnOrigin: (request) => isOwnPage(request, ownOrigins),
      cookieToken,
    }),
  );
  const app = createApp({
    log,
    metrics,
    sessions: api.sessions,
    ownOrigins: [...ownOrigins, ...settings.CORS_ORIGINS],
    corsOrigins: settings.CORS_ORIGINS,
    health: createHealthRoutes({
      registry: metrics.registry,
      metricsToken: settings.METRICS_TOKEN,
      checks: [() => sql`select 1`.execute(db), store.check],
    }),
    signIn: api.signIn,
    signedIn: api.signedIn,
  });

  const server: Server = Bun.serve({
    hostname: settings.SERVER_HOST,
    port: settings.SERVER_PORT,
    idleTimeout: IDLE_SECONDS,
    development: false,
    async fetch(request, server) {
      const answer = await sockets.upgrade(request, server);
      return answer === null ? app.fetch(request, { server }) : answer;
    },
    websocket: sockets.handlers,
  });
  stack.defer(() => server.stop(true));
  stack.defer(() => api.drain());
  stack.defer(sockets.closeClients);

  const running = stack.move();
  return { url: server.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function openDatabase(settings: ServerSettings, log: Log): Promise<OpenedDatabase> {
  if (!settings.DATABASE_URL) return openEmbedded(settings.DATA_DIR);
  const onError = (err: Error) => log.warn({ err }, "a database connection broke");
  return Promise.resolve(openPostgres(settings.DATABASE_URL.href, onError));
}
