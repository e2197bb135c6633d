import { migrateToLatest } from "@parley/db/migrate";
import { waitForDatabase } from "@parley/db/wait-for-database";
import type { Log } from "@parley/platform/process/log";
import { createPartWatch } from "@parley/platform/process/part-watch";
import { signingSecrets } from "@parley/platform/process/signing-secrets";
import { stopServer } from "@parley/platform/process/stop-server";
import type { Hono } from "hono";
import { sql } from "kysely";
import { createApi } from "./api.ts";
import { createApp } from "./app.ts";
import { openServerBus } from "./bus/open-server-bus.ts";
import type { AppEnv } from "./http/env.ts";
import { createHealthRoutes } from "./http/health-routes.ts";
import { createReadiness } from "./http/readiness.ts";
import { createServerMetrics } from "./metrics.ts";
import { findPooler, openDatabase } from "./open-database.ts";
import { leaveOutOutages } from "./outage-log.ts";
import { addReadinessMetrics } from "./readiness-metrics.ts";
import { createHub } from "./realtime/hub.ts";
import type { ServerSettings } from "./settings.ts";
import { openObjectStore } from "./storage/open-object-store.ts";
import { createTransport, type Transport } from "./transport/transport.ts";
import type { SocketData } from "./transport/websocket.ts";

/**
 * Idle connections stay open: if the server closed one, a client could send a request on it at the same
 * moment and lose it, and Bun's longest timeout is 255 s. The gateway closes its idle connections after
 * 50 s. A request head that is incomplete after 12 s is cut off independently of this.
 */
const IDLE_TIMEOUT_S = 0;
/** Time in which responses tell clients to close their connections, before the server closes them. */
const CLOSE_NOTICE_MS = 100;

type Server = Bun.Server<SocketData>;

export interface RunningServer extends AsyncDisposable {
  readonly url: URL;
  /** Resolves when a part fails that the server cannot run without. */
  readonly failed: Promise<Error>;
}

interface StartOptions {
  /** Ends the start while it waits for the database. */
  readonly stop?: AbortSignal;
  /** The URL of the embedded database when the launcher runs it. */
  readonly embeddedUrl?: string | undefined;
}

/** Starts the server; its disposal undoes the steps of the start in reverse order. */
export async function startServer(
  settings: ServerSettings,
  processLog: Log,
  { stop = new AbortController().signal, embeddedUrl }: StartOptions = {},
): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const secrets = signingSecrets(settings);
  const pingDatabase = (): Promise<unknown> => sql`select 1`.execute(opened.db);
  const databaseWatch = stack.use(
    createPartWatch({
      part: "the database (DATABASE_URL)",
      check: pingDatabase,
      log: processLog,
    }),
  );
  const log = leaveOutOutages(processLog, databaseWatch);
  const onConnectionLost = databaseWatch.failed;
  const opened = stack.use(
    await openDatabase(settings, { log, onConnectionLost, stop, embeddedUrl }),
  );
  const { db, reads, kind: database } = opened;
  await waitForDatabase(pingDatabase, { log, stop });
  const isPooled = await findPooler(opened);
  const bus = stack.use(
    await openServerBus(opened, { isPooled, drainMs: settings.DRAIN_MS, stop }),
  );
  await migrateToLatest(db);
  const objects = stack.use(await openObjectStore(settings, log));
  const { store, kind: storage } = objects;
  const hub = createHub((topic, frame) => transport.publish(topic, frame));
  const metrics = createServerMetrics({ database, storage }, hub.size);
  const api = stack.use(
    createApi({ db, reads, store, hub, openBus: bus.openBus, metrics, log, secrets }, settings),
  );
  let phase: "serving" | "draining" | "closing" = "serving";
  const isDraining = () => phase !== "serving";
  const isClosing = () => phase === "closing";
  const parts = { database: databaseWatch, objects: objects.watch };
  const readReadiness = createReadiness({ parts, isDraining });
  addReadinessMetrics({ ...metrics, ...opened, readReadiness });
  const { cookie, sessions, connect } = api;
  const ownOrigins = settings.PUBLIC_ORIGIN ? [settings.PUBLIC_ORIGIN] : [];
  const transport = stack.use(
    createTransport({
      secrets,
      cookie,
      ownOrigins,
      isDraining,
      isClosing,
      log,
      connect,
      check: sessions.checkNow,
      publish: (topic, text) => server.publish(topic, text),
    }),
  );
  const app = createApp({
    log,
    metrics,
    sessions,
    cookie,
    ownOrigins,
    corsOrigins: settings.CORS_ORIGINS,
    isClosing,
    upgrades: transport.upgrades,
    health: createHealthRoutes({
      registry: metrics.registry,
      metricsToken: settings.METRICS_TOKEN,
      readReadiness,
    }),
    routes: api.routes,
  });

  const server = serve(settings, app, transport);
  stack.defer(() => stopServer(server));
  stack.defer(() => Bun.sleep(CLOSE_NOTICE_MS));
  stack.defer(transport.closeLinks);
  stack.defer(() => api.drain());
  stack.defer(transport.closeClients);
  stack.defer(async () => {
    phase = "draining";
    // A server that may no longer run does not drain.
    await Promise.race([Bun.sleep(settings.DRAIN_MS), bus.failed]);
    phase = "closing";
  });

  const running = stack.move();
  return {
    url: server.url,
    failed: bus.failed,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function serve(settings: ServerSettings, app: Hono<AppEnv>, { handlers }: Transport): Server {
  return Bun.serve({
    hostname: settings.SERVER_HOST,
    port: settings.SERVER_PORT,
    // Otherwise Bun would silently share the port with a second server.
    reusePort: false,
    idleTimeout: IDLE_TIMEOUT_S,
    development: false,
    fetch: (request, server) => app.fetch(request, { server }),
    websocket: handlers,
  });
}
