import type { Stack } from "../stack/stack.ts";

/** Something bad that is done to a running stack, and undone again. */
export interface Fault {
  readonly name: string;
  happen(stack: Stack): Promise<void>;
}

const killServer: Fault = {
  name: "kill -9 of the server",
  async happen(stack) {
    await stack.server.end("SIGKILL");
    await stack.startServer();
  },
};

const killGateway: Fault = {
  name: "kill -9 of the gateway",
  async happen(stack) {
    await stack.gateway.end("SIGKILL");
    await stack.startGateway();
  },
};

const killBoth: Fault = {
  name: "kill -9 of both",
  async happen(stack) {
    await Promise.all([stack.server.end("SIGKILL"), stack.gateway.end("SIGKILL")]);
    await Promise.all([stack.startServer(), stack.startGateway()]);
  },
};

/** A process that hangs is worse than one that is gone: nothing closes its sockets. */
export const stopServer: Fault = {
  name: "SIGSTOP of the server for 20 s",
  async happen(stack) {
    process.kill(stack.server.pid, "SIGSTOP");
    await Bun.sleep(20_000);
    process.kill(stack.server.pid, "SIGCONT");
  },
};

export const KILLS: readonly Fault[] = [killServer, killGateway, killBoth];
