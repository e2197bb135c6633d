import { describe, expect, test } from "bun:test";
import { untilDatabaseEnded } from "../stack/embedded-database.ts";
import { childOf, startLauncher } from "../stack/launcher.ts";
import { Person } from "../stack/person.ts";
import { untilReady } from "../stack/program.ts";

const AS_SCRIPT = [process.execPath, "--no-env-file", "run", "start"];
const UNDER_NPM = { npm_execpath: "/usr/lib/node_modules/npm/bin/npm-cli.js" };
/** Another command follows, so that the shell starts Bun as a child instead of becoming Bun. */
const AS_NPX_DOES = ["sh", "-c", `'${process.execPath}' --no-env-file run start; true`];

describe("bun start", () => {
  test("A first start prints its URL once, and SIGTERM closes sockets with 1001 and exits with 0", async () => {
    await using parley = await startLauncher({ isFirst: true });
    await parley.untilPrinted("Parley is ready");
    expect(parley.printed.out.split("\n")).toContain(`Parley is ready at ${parley.url}`);
    using socket = await (await Person.register(parley.url)).connect();
    parley.child.kill("SIGTERM");
    expect(await socket.closed).toBe(1001);
    expect(await parley.ended()).toBe(0);
    expect(parley.printed.out.match(/Parley is ready/g)).toHaveLength(1);
  });

  test("A Ctrl+C that arrives twice counts as one", async () => {
    await using parley = await startLauncher();
    await parley.untilPrinted("Parley is ready");
    parley.child.kill("SIGINT");
    parley.child.kill("SIGINT");
    expect(await parley.ended()).toBe(0);
  });

  test.each(["server", "gateway"])(
    "A %s that was killed is restarted, and the log says so",
    async (name) => {
      await using parley = await startLauncher();
      await parley.untilPrinted("Parley is ready");
      process.kill(await childOf(parley.child.pid, `dist/${name}.js`), "SIGKILL");
      await parley.untilPrinted(`the ${name} ended, and starts again after a pause`);
      await untilReady(`${parley.url}/readyz`);
      const line = parley.printed.out.split("\n").find((text) => text.includes("starts again"));
      expect(JSON.parse(line ?? "")).toMatchObject({
        process: "launcher",
        program: name,
        signal: "SIGKILL",
        pause: 100,
      });
    },
  );

  test("A launcher that is killed leaves no process behind", async () => {
    await using parley = await startLauncher();
    await parley.untilPrinted("Parley is ready");
    parley.child.kill("SIGKILL");
    await parley.ended();
    while ((await fetch(`${parley.url}/healthz`).catch(() => null)) !== null) await Bun.sleep(20);
    await untilDatabaseEnded(parley.dataDir);
  });

  test("A start after the death of the launcher finds every message, however soon it comes", async () => {
    await using killed = await startLauncher();
    await killed.untilPrinted("Parley is ready");
    const ann = await Person.register(killed.url, "ann");
    const { id } = await ann.create({ kind: "group", name: "room" });
    using socket = await ann.connect();
    const { seq } = await socket.say(id, "before the end");
    killed.child.kill("SIGKILL");
    await using next = await startLauncher({ dataDir: killed.dataDir });
    await next.untilPrinted("Parley is ready");
    using again = await ann.connect("/ws", next.url);
    again.send({ type: "resume", chats: { [id]: seq - 1 } });
    await again.untilEvent(id, (event) => event.seq === seq);
    next.child.kill("SIGTERM");
    expect(await next.ended()).toBe(0);
  });

  test("A second start on the folder ends with 78 and names the setting that helps", async () => {
    await using parley = await startLauncher();
    await parley.untilPrinted("Parley is ready");
    await using second = await startLauncher({ dataDir: parley.dataDir });
    expect(await second.ended()).toBe(78);
    expect(second.printed.err).toContain("is in use by another Parley");
    expect(second.printed.err).toContain("for example DATA_DIR=");
    parley.child.kill("SIGTERM");
    expect(await parley.ended()).toBe(0);
  });

  test.each([
    ["bun run is killed", {}, AS_SCRIPT, "SIGKILL" as const],
    ["the shell in which npx runs it ends", UNDER_NPM, AS_NPX_DOES, "SIGTERM" as const],
  ])("Parley stops when %s", async (_, settings, command, signal) => {
    await using parley = await startLauncher({ settings, command });
    await parley.untilPrinted("Parley is ready");
    parley.child.kill(signal);
    await parley.ended();
    expect(parley.printed.out).toContain("server stopping");
    expect(await fetch(`${parley.url}/healthz`).catch(() => "gone")).toBe("gone");
  });

  test.each([
    ["GATEWAY_PORT", "none"],
    ["JWT_SECRET", "too-short"],
    ["DATABASE_URL", "mysql://localhost"],
  ])("A wrong %s ends the start with 78 and is named", async (name, value) => {
    await using parley = await startLauncher({ settings: { [name]: value } });
    expect(await parley.ended()).toBe(78);
    expect(parley.printed.err).toMatch(new RegExp(`^${name} .+, for example ${name}=.+$`, "m"));
    expect(parley.printed.err).not.toContain(value);
  });

  test("A port that is in use is named with its setting", async () => {
    using other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("other") });
    await using parley = await startLauncher({ settings: { GATEWAY_PORT: String(other.port) } });
    expect(await parley.ended()).toBe(1);
    expect(parley.printed.err).toBe(`GATEWAY_PORT ${other.port} is taken on 127.0.0.1 already\n`);
    expect(parley.printed.out).toBe("");
  });
});
