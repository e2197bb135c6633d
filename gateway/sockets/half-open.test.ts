import { expect, test } from "bun:test";
import { startFakeServer } from "../testing/fake-server.ts";
import { bearer, eventually, startTestGateway } from "../testing/test-gateway.ts";

/** Milliseconds between two pings. */
const HEARTBEAT = 500;

/** A browser in a process of its own, which can be frozen; it tells how its socket closed. */
function startBrowser(url: URL, headers: Record<string, string>) {
  const script = `
    const socket = new WebSocket(${JSON.stringify(new URL("/ws", url.href.replace("http", "ws")))}, { headers: ${JSON.stringify(headers)} });
    socket.onmessage = () => console.log("heard");
    socket.onclose = ({ code }) => { console.log("closed", code); process.exit(); };
  `;
  return Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
}

test("a browser that is frozen loses its session though it is sent to, and learns why when it thaws", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url, {}, { heartbeatMs: HEARTBEAT });
  const browser = startBrowser(gateway.url, await bearer());
  await eventually(() => server.received.some(({ kind }) => kind === "open"));
  // Pings are answered: only what is frozen falls silent.
  await Bun.sleep(4 * HEARTBEAT);
  expect(server.received.map(({ kind }) => kind)).toEqual(["open"]);

  browser.kill("SIGSTOP");
  // Others talk on, so that sending to it counts as activity in Bun's own view.
  const talk = setInterval(
    () => server.send({ kind: "publish", topic: "all", payload: "talk" }),
    HEARTBEAT / 4,
  );
  await eventually(() => server.received.some(({ kind }) => kind === "close"));
  clearInterval(talk);
  browser.kill("SIGCONT");
  expect((await browser.stdout.text()).trim().split("\n").at(-1)).toBe("closed 4408");
});
