import { expect, spyOn, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog } from "@parley/platform/process/log";
import { readSettings } from "@parley/platform/process/settings";
import { startServer } from "./server.ts";
import { SETTINGS } from "./settings.ts";

/** Checks the option that Bun is given, because seeing that a connection stays open takes minutes. */
test("The server closes no idle connection, because the gateway may be about to use it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-idle-"));
  const serve = spyOn(Bun, "serve");
  try {
    const settings = readSettings(SETTINGS, { DATA_DIR: folder });
    await using _server = await startServer(
      { ...settings, SERVER_PORT: 0 },
      createLog("test", "silent"),
    );
    expect(serve.mock.calls.map(([options]) => options)).toMatchObject([{ idleTimeout: 0 }]);
  } finally {
    serve.mockRestore();
    await rm(folder, { recursive: true });
  }
}, 60_000);
