import { addresses } from "./addresses.ts";
import { isInUse, preflight } from "./preflight.ts";
import { type LauncherSettings, readLauncherSettings } from "./settings.ts";

/** What the supervisor needs of the settings; it has no secrets, because other users see arguments. */
export interface Plan {
  /** The folder of the embedded database; null when `DATABASE_URL` names another. */
  readonly embeddedIn: string | null;
  readonly logLevel: LauncherSettings["LOG_LEVEL"];
  readonly drainMs: number;
  /** URLs that answer with 200 when the programs are ready, in the order of their readiness. */
  readonly readyUrls: readonly string[];
  /** The URL that is announced to people. */
  readonly shownUrl: string;
}

/** Reads the settings; exits with 78 when one is wrong, and with 1 when an address is taken. */
export function readPlan(): Plan {
  const settings = readLauncherSettings(preflight);
  const { server, gateway, shown } = addresses(settings);
  // Another program at the gateway's port might answer `/readyz` in place of the gateway.
  for (const address of [server, gateway]) {
    if (!isInUse(address)) continue;
    console.error(`${address.setting} ${address.port} is taken on ${address.hostname} already`);
    process.exit(1);
  }
  return {
    embeddedIn: settings.DATABASE_URL ? null : settings.DATA_DIR,
    logLevel: settings.LOG_LEVEL,
    drainMs: settings.DRAIN_MS,
    // A gateway without a server would log each request for its readiness as a failure.
    readyUrls: [`${server.url}/service/readyz`, `${gateway.url}/readyz`],
    shownUrl: shown,
  };
}
