import { afterEach, beforeEach } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import type { Gateway } from "../../gateway.ts";
import type { Settings } from "../../settings.ts";
import { openBrowser } from "../../testing/browser.ts";
import { type FakeServer, startFakeServer } from "../../testing/fake-server.ts";
import { readMetric } from "../../testing/read-metric.ts";
import {
  bearer,
  startTestGateway,
  type TestGatewayOptions,
  USER,
} from "../../testing/test-gateway.ts";

/** The frame that the fake server sends to each connection first. */
export const WELCOME = `{"type":"welcome","user":"${USER}"}`;

export let server: FakeServer;
export let gateway: Gateway;
export let headers: { authorization: string };

/** Starts a gateway in front of a fake server before each test of the calling file, and stops both after it. */
export function startGatewayForEachTest(): void {
  beforeEach(async () => {
    server = startFakeServer();
    gateway = await startTestGateway(server.url);
    headers = await bearer();
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
}

/** Replaces the gateway by one with other settings. */
export async function startInstead(
  ...settings: [Partial<Settings>, TestGatewayOptions?]
): Promise<void> {
  await gateway[Symbol.asyncDispose]();
  gateway = await startTestGateway(server.url, ...settings);
}

/** Starts a server at the address of the one that was stopped. */
export function startServerAgain(): void {
  server = startFakeServer({ port: server.port });
}

/** Opens a browser's connection, and waits for its welcome. */
export async function welcomed() {
  const browser = openBrowser(gateway.url, headers);
  await eventually(() => browser.received.includes(WELCOME));
  return browser;
}

export function metric(series: string): Promise<number> {
  return readMetric(gateway.url, series);
}
