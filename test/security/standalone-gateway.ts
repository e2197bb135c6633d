import { signToken } from "@parley/platform/http/token";
import { freePort } from "@parley/platform/testing/free-port";
import { type Program, startProgram, untilReady } from "../stack/program.ts";

const SECRET = "a secret of the tests that is long enough";
const PERSON = "0197aaaa-0000-7000-8000-000000000001";
const SESSION = "0197bbbb-0000-7000-8000-000000000001";

/** A gateway process in front of a stub server that records the requests. */
export interface StandaloneGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly program: Program;
  /** The header line of a signed-in user. */
  readonly authorization: string;
  /** Method, path and body of each request that reached the server, unless the test records something else. */
  readonly seen: string[];
}

/** Handles a request in the stub server; records go into `seen`. */
export type StubHandler = (request: Request, seen: string[]) => Response | Promise<Response>;

const recordRequest: StubHandler = async (request, seen) => {
  const { pathname } = new URL(request.url);
  seen.push(`${request.method} ${pathname} ${await request.text()}`.trim());
  return Response.json({});
};

export async function startStandaloneGateway(
  settings: Record<string, string> = {},
  handle: StubHandler = recordRequest,
  [file, ...runtime]: [file: string, ...runtime: string[]] = ["gateway/main.ts"],
): Promise<StandaloneGateway> {
  const seen: string[] = [];
  const server = Bun.serve({
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/service/link") return new Response(null, { status: 503 });
      return handle(request, seen);
    },
  });
  const port = freePort();
  const env = {
    GATEWAY_PORT: String(port),
    SERVER_URL: server.url.origin,
    JWT_SECRET: SECRET,
    RATE_LIMIT_RPS: "100000",
    RATE_LIMIT_REGISTRATIONS: "1000000",
    LOG_LEVEL: "warn",
    ...settings,
  };
  const program = startProgram(file, env, {
    runtime,
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}/healthz`);
  return {
    url,
    port,
    program,
    authorization: `Authorization: ${await signIn(PERSON)}`,
    seen,
    async [Symbol.asyncDispose]() {
      await program.end();
      await server.stop(true);
    },
  };
}

/** Signs a token. @returns the value of the person's `Authorization` header. */
export async function signIn(person: string): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { sub: person, sid: SESSION, iat: now - 1, exp: now + 600 };
  return `Bearer ${await signToken(claims, SECRET)}`;
}
