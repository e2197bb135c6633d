import { expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway } from "../testing/test-gateway.ts";

const HEARTBEAT_MS = 500;

/** Starts a browser in a process of its own, which can be stopped; it prints the close code of its socket. */
function startBrowser(url: URL, headers: Record<string, string>) {
  const script = `
    const socket = new WebSocket(${JSON.stringify(new URL("/ws", url.href.replace("http", "ws")))}, { headers: ${JSON.stringify(headers)} });
    socket.onmessage = () => console.log("heard");
    socket.onclose = ({ code }) => { console.log("closed", code); process.exit(); };
  `;
  return Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
}

test("A browser process that is stopped is closed with 4408, although frames are sent to it", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url, {}, { heartbeatMs: HEARTBEAT_MS });
  const browser = startBrowser(gateway.url, await bearer());
  await eventually(() => server.received.some(({ kind }) => kind === "open"));
  // Pings are answered while the process runs.
  await Bun.sleep(4 * HEARTBEAT_MS);
  expect(server.received.map(({ kind }) => kind)).toEqual(["open"]);

  browser.kill("SIGSTOP");
  // Frames are still sent to it, which Bun's `idleTimeout` counts as activity.
  const sending = setInterval(
    () => server.send({ kind: "publish", topic: "all", payload: "x" }),
    HEARTBEAT_MS / 4,
  );
  await eventually(() => server.received.some(({ kind }) => kind === "close"));
  clearInterval(sending);
  browser.kill("SIGCONT");
  expect((await browser.stdout.text()).trim().split("\n").at(-1)).toBe("closed 4408");
});
