import { migrateToLatest } from "@parley/db/migrate";
import { type OpenedDatabase, openEmbedded, openPostgres } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import { signingSecrets } from "@parley/platform/process/signing-secrets";
import { stopServer } from "@parley/platform/process/stop-server";
import { sql } from "kysely";
import { createApi } from "./api.ts";
import { createApp } from "./app.ts";
import { createInProcessBus } from "./bus/in-process-bus.ts";
import { createHealthRoutes } from "./http/health-routes.ts";
import { createServerMetrics } from "./metrics.ts";
import { createHub } from "./realtime/hub.ts";
import type { ServerSettings } from "./settings.ts";
import { openObjectStore } from "./storage/open-object-store.ts";
import { createPublish } from "./transport/publish.ts";
import { createUpgradeHandlers } from "./transport/upgrade.ts";
import { createWebSocket, type SocketData } from "./transport/websocket.ts";

/**
 * Never: whoever ends an idle connection must be who sends the requests, or one of them meets a
 * connection that is just being closed, and Bun could wait for 255 s at most. The gateway gives one up
 * after 50 s, other clients when they like. Half a head is cut off after 12 s all the same.
 */
const IDLE_SECONDS = 0;
/** Milliseconds in which callers learn, each with an answer, that their connections end. */
const FAREWELL = 100;

type Server = Bun.Server<SocketData>;

export interface RunningServer extends AsyncDisposable {
  readonly url: URL;
  /** Resolves when a part failed without which the server is of no use. */
  readonly failed: Promise<Error>;
}

/** Starts the server; disposing of it runs the start backwards. */
export async function startServer(settings: ServerSettings, log: Log): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const secrets = signingSecrets(settings);
  const opened = stack.use(await openDatabase(settings, log));
  const { db, kind: database } = opened;
  await migrateToLatest(db);
  const { store, kind: storage } = await openObjectStore(settings);
  const hub = createHub(
    createPublish({
      publish: (topic, text) => server.publish(topic, text),
      flushLinks: () => sockets.flushLinks(),
      notePublished: (characters) => sockets.notePublished(characters),
    }),
  );
  const metrics = createServerMetrics({ database, storage }, hub.size);
  const api = stack.use(
    createApi({ db, store, hub, openBus: createInProcessBus(), metrics, log, secrets }, settings),
  );
  const sockets = stack.use(
    createWebSocket({ check: api.sessions.check, connect: api.connect, log }),
  );
  const ownOrigins = settings.PUBLIC_ORIGIN ? [settings.PUBLIC_ORIGIN] : [];
  let draining = false;
  const isDraining = () => draining;
  const app = createApp({
    log,
    metrics,
    sessions: api.sessions,
    cookie: api.cookie,
    ownOrigins,
    corsOrigins: settings.CORS_ORIGINS,
    isDraining,
    upgrades: createUpgradeHandlers({
      secrets,
      cookie: api.cookie,
      ownOrigins,
      check: api.sessions.check,
      isDraining,
    }),
    health: createHealthRoutes({
      registry: metrics.registry,
      metricsToken: settings.METRICS_TOKEN,
      isDraining,
      checks: {
        "the database (DATABASE_URL)": () => sql`select 1`.execute(db),
        "the object store (S3_ENDPOINT)": store.check,
      },
      log,
    }),

    routes: api.routes,
  });

  const server: Server = Bun.serve({
    hostname: settings.SERVER_HOST,
    port: settings.SERVER_PORT,
    // Without it Bun would share the port in silence with a second server.
    reusePort: false,
    idleTimeout: IDLE_SECONDS,
    development: false,
    fetch: (request, server) => app.fetch(request, { server }),
    websocket: sockets.handlers,
  });
  stack.defer(() => stopServer(server));
  stack.defer(() => Bun.sleep(FAREWELL));
  stack.defer(sockets.closeLinks);
  stack.defer(() => api.drain());
  stack.defer(sockets.closeClients);
  stack.defer(() => {
    draining = true;
  });

  const running = stack.move();
  return {
    url: server.url,
    failed: opened.failed,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function openDatabase(settings: ServerSettings, log: Log): Promise<OpenedDatabase> {
  if (!settings.DATABASE_URL) return openEmbedded(settings.DATA_DIR);
  const onError = (err: Error) => log.warn({ err }, "a database connection broke");
  return Promise.resolve(openPostgres(settings.DATABASE_URL.href, onError));
}
