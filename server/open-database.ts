import { startEmbedded } from "@parley/db/embedded/start-embedded";
import { type OpenedDatabase, openPostgres } from "@parley/db/open";
import { sharesSessions } from "@parley/db/pooler";
import { createPreparation } from "@parley/db/prepared";
import type { Log } from "@parley/platform/process/log";
import type { ServerSettings } from "./settings.ts";

const POOLER_LINE =
  "DATABASE_URL leads through a pooler in transaction mode: statements are not prepared; connect to PostgreSQL directly, or set pool_mode = session";

interface ServerDatabase extends OpenedDatabase {
  readonly kind: "embedded" | "postgres";
}

interface OpenOptions {
  readonly log: Log;
  /** Takes the error of a broken connection. */
  onConnectionLost(error: Error): void;
  /** Ends the wait for the embedded database. */
  readonly stop: AbortSignal;
  /** The URL of the embedded database when the launcher runs it; otherwise the server runs it. */
  readonly embeddedUrl: string | undefined;
}

/**
 * Opens the database of `DATABASE_URL`, or else the embedded one.
 * @throws DatabaseFault when the embedded database cannot run.
 */
export async function openDatabase(
  { DATABASE_URL, DATA_DIR }: ServerSettings,
  { log, onConnectionLost, stop, embeddedUrl }: OpenOptions,
): Promise<ServerDatabase> {
  const preparation = createPreparation(() => log.warn(POOLER_LINE));
  if (DATABASE_URL)
    return { kind: "postgres", ...openPostgres(DATABASE_URL.href, onConnectionLost, preparation) };
  await using stack = new AsyncDisposableStack();
  const url = embeddedUrl ?? stack.use(await startEmbedded(DATA_DIR, log, { stop })).url;
  const opened = stack.use(openPostgres(url, onConnectionLost, preparation));
  const running = stack.move();
  return { ...opened, kind: "embedded", [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Makes do without what belongs to a session where a pooler shares sessions among clients. */
export async function findPooler({
  kind,
  createClient,
  preparation,
}: ServerDatabase): Promise<boolean> {
  const isPooled = kind === "postgres" && (await sharesSessions(createClient));
  if (isPooled) preparation.turnOff();
  return isPooled;
}
