import { createTokenVerifier } from "@parley/platform/http/token-verifier";
import { createRegistry } from "@parley/platform/process/metrics";
import { throttleLines } from "@parley/platform/process/throttled-lines";
import { createFindRoute } from "./access/find-route.ts";
import { createTrustedProxies } from "./address/trusted-proxies.ts";
import { createApp, type GatewayApp } from "./app.ts";
import { topLevelPaths } from "./client-files/client-files.ts";
import { createClientHandlers } from "./client-files/client-handlers.ts";
import { createConfigurationWarnings } from "./configuration-warnings.ts";
import type { Dependencies } from "./dependencies.ts";
import type { GatewayEnd } from "./gateway-end.ts";
import { createIsKnownBrowser } from "./identity/is-known-browser.ts";
import { createGatewayMetrics } from "./metrics/gateway-metrics.ts";
import type { Traffic } from "./metrics/traffic.ts";
import { createUserLabel } from "./metrics/user-label.ts";
import { createBufferedBodies } from "./proxy/buffered-bodies.ts";
import type { Circuit } from "./proxy/circuit.ts";
import { createProxy } from "./proxy/proxy.ts";
import { createTransfers } from "./proxy/transfers.ts";
import { createBoundedStore } from "./rate-limit/bounded-store.ts";
import { createGuardedStore, type FailurePolicy } from "./rate-limit/guarded-store.ts";
import { REGISTRATION_WINDOW_MS } from "./rate-limit/limit-registrations.ts";
import { WINDOW_MS } from "./rate-limit/rate-limit.ts";
import type { Settings } from "./settings.ts";
import type { LimitKind } from "./sockets/connection-counts.ts";

/** How many busy users one address has room for. */
const USERS_PER_ADDRESS = 10;

export interface GatewayState {
  readonly end: Pick<GatewayEnd, "openSockets" | "isLinkUp" | "isServerUp" | "createUpgrade">;
  readonly traffic: Traffic;
  readonly isDraining: () => boolean;
}

/** Creates the HTTP app of the gateway, the same for every end. */
export function createGatewayApp(
  settings: Settings,
  { log, upstream, circuit, secrets, clientFiles }: Dependencies,
  { end, traffic, isDraining }: GatewayState,
): GatewayApp {
  const publicOrigin = settings.PUBLIC_ORIGIN;
  const registry = createRegistry();
  const warnThrottled = throttleLines((fields, line) => log.warn(fields, line));
  const gauges = { ...end, isCircuitOpen: circuit.isOpen };
  const metrics = createGatewayMetrics(registry, gauges, traffic);
  const warnings = createConfigurationWarnings(log, publicOrigin);
  const onBlocked = (kind: LimitKind) => metrics.blocked.inc({ kind });
  return createApp(
    {
      log,
      registry,
      metrics,
      traffic,
      showUser: createUserLabel(secrets[0], settings.METRICS_TOKEN),
      findRoute: createFindRoute(topLevelPaths(clientFiles)),
      isTrusted: createTrustedProxies(settings.TRUSTED_PROXIES),
      warnings,
      verify: createTokenVerifier(secrets),
      isKnownBrowser: createIsKnownBrowser(secrets),
      stores: createStores((err) => {
        metrics.storeErrors.inc();
        warnThrottled("rate-limit store", { err }, "rate-limit store failed");
      }),
      client: createClientHandlers(clientFiles),
      proxy: createProxy(upstream, {
        publicOrigin,
        circuit,
        onFailure: (code) => metrics.upstreamErrors.inc({ code }),
        onAborted(code, requestId) {
          metrics.upstreamErrors.inc({ code });
          warnThrottled(code, { requestId, code }, "response of the server aborted");
        },
        onReceived: (bytes) => {
          traffic.bytes.http.in += bytes;
        },
        beginTransfer: createTransfers(onBlocked),
        beginBuffering: createBufferedBodies(onBlocked),
      }),
      upgrade: end.createUpgrade({
        isDraining,
        onBlocked,
        onDroppedUpgrade: warnings.droppedUpgrade,
      }),
      isDraining,
      isReady: () => isReady({ end, isDraining }, circuit),
    },
    {
      publicOrigin,
      corsOrigins: settings.CORS_ORIGINS,
      metricsToken: settings.METRICS_TOKEN,
      limits: {
        default: settings.RATE_LIMIT_RPS,
        login: settings.RATE_LIMIT_RPS,
        files: settings.RATE_LIMIT_FILES_RPS,
      },
      addressLimits: addressLimitsOf(settings),
      maxRegistrations: settings.RATE_LIMIT_REGISTRATIONS,
    },
  );
}

/** The limits of all signed-in users of an address: by default those of ten users. */
function addressLimitsOf({
  RATE_LIMIT_RPS,
  RATE_LIMIT_FILES_RPS,
  RATE_LIMIT_ADDRESS_RPS = USERS_PER_ADDRESS * RATE_LIMIT_RPS,
}: Settings) {
  const files = USERS_PER_ADDRESS * RATE_LIMIT_FILES_RPS;
  return { default: RATE_LIMIT_ADDRESS_RPS, login: RATE_LIMIT_ADDRESS_RPS, files };
}

/** Closes the circuit when the server is up, so that no request is refused because of an outage that is over. */
async function isReady(
  { end, isDraining }: Pick<GatewayState, "end" | "isDraining">,
  circuit: Circuit,
): Promise<boolean> {
  const isUp = !isDraining() && (await end.isServerUp());
  if (isUp) circuit.close();
  return isUp;
}

function createStores(onFailure: (error: unknown) => void) {
  const store = (policy: FailurePolicy, windowMs = WINDOW_MS) =>
    createGuardedStore(createBoundedStore({ windowMs }), policy, onFailure);
  return {
    default: store("allow"),
    login: store("refuse"),
    files: store("allow"),
    registrations: store("refuse", REGISTRATION_WINDOW_MS),
  };
}
