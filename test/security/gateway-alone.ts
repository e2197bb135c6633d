import { signToken } from "@parley/platform/http/token";
import { freePort, type Program, startProgram, untilReady } from "../stack/program.ts";

const SECRET = "a secret of the tests that is long enough";
const PERSON = "0197aaaa-0000-7000-8000-000000000001";
const SESSION = "0197bbbb-0000-7000-8000-000000000001";

/** A gateway's own process, before a server that only notes which requests reach it. */
export interface GatewayAlone extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly program: Program;
  /** A header line that signs in. */
  readonly authorization: string;
  /** What the server noted: method, path and body of each request that came through, if nothing else is said. */
  readonly seen: string[];
}

/** What the server does with a request; whatever it notes stands in `seen`. */
export type Answer = (request: Request, seen: string[]) => Response | Promise<Response>;

const takeNote: Answer = async (request, seen) => {
  const { pathname } = new URL(request.url);
  seen.push(`${request.method} ${pathname} ${await request.text()}`.trim());
  return Response.json({});
};

export async function startGatewayAlone(
  settings: Record<string, string> = {},
  answer: Answer = takeNote,
  [file, ...runtime]: [file: string, ...runtime: string[]] = ["gateway/main.ts"],
): Promise<GatewayAlone> {
  const seen: string[] = [];
  const server = Bun.serve({
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/service/link") return new Response(null, { status: 503 });
      return answer(request, seen);
    },
  });
  const port = freePort();
  const env = {
    GATEWAY_PORT: String(port),
    SERVER_URL: server.url.origin,
    JWT_SECRET: SECRET,
    RATE_LIMIT_RPS: "100000",
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

/** What the header `Authorization` of a person says. */
export async function signIn(person: string): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { sub: person, sid: SESSION, iat: now - 1, exp: now + 600 };
  return `Bearer ${await signToken(claims, SECRET)}`;
}
