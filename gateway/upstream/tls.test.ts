import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SELF_SIGNED } from "./testing/self-signed.ts";

const MODULE = join(import.meta.dir, "upstream.ts");

let folder: string;
let server: ReturnType<typeof Bun.serve>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-"));
  await Bun.write(join(folder, "ca.pem"), SELF_SIGNED.cert);
  server = Bun.serve({ port: 0, tls: SELF_SIGNED, fetch: () => new Response("ok") });
});
afterAll(async () => {
  await server.stop(true);
  await rm(folder, { recursive: true });
});

/** Sends a request in a process of its own, because certificate authorities are read at its start. */
async function get(host: string, trusted: Record<string, string>): Promise<string> {
  const program = `
    import { createUpstream } from ${JSON.stringify(MODULE)};
    const upstream = createUpstream("https://${host}:${server.port}");
    const signal = new AbortController().signal;
    const request = { method: "GET", target: "/", headers: [], body: null, signal };
    const response = await upstream.send(request).catch((error) => ({ body: error.constructor.name }));
    console.log(String(response.body));
    process.exit();`;
  const env = { ...process.env, ...trusted };
  const child = Bun.spawn([process.execPath, "-e", program], { env, stdout: "pipe" });
  return (await new Response(child.stdout).text()).trim();
}

test.each(["localhost", "127.0.0.1"])(
  "A server at https://%s is reached only if its certificate is trusted",
  async (host) => {
    expect(await get(host, { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") })).toBe("ok");
    expect(await get(host, {})).toBe("UnreachableError");
  },
);
