import {
  type ConnectionDetails,
  decodeIngress,
  type EgressFrame,
  encodeEgress,
  type IngressFrame,
  LINK_PATH,
  unpackFrames,
} from "@parley/contracts/link";
import { bearerToken, verifyLinkToken, verifyToken } from "@parley/platform/http/token";

export const SECRET = "a secret of the tests that is long enough";

/** Characters of a frame that are echoed: a test is not about a reader that is too slow for the rest. */
const ECHOED = 1_000;

interface StandInOptions {
  readonly port?: number;
  /** What every session is subscribed to. */
  readonly topics?: string[];
  /** Answers what is not the link; the default tells what it got. */
  readonly answer?: (request: Request) => Response | Promise<Response>;
}

export type ServerStandIn = ReturnType<typeof startServerStandIn>;

/**
 * A small server at the other end of the gateway: takes links and welcomes their sessions as the real
 * one does, echoes each frame, and tells what it heard.
 */
export function startServerStandIn({
  port = 0,
  topics = ["all"],
  answer = describeRequest,
}: StandInOptions = {}) {
  const heard: IngressFrame[] = [];
  const requests: { url: string; headers: Headers }[] = [];
  let refusedLinks = 0;
  let link: Bun.ServerWebSocket<undefined> | null = null;
  const down = (frame: EgressFrame) => void link?.send(encodeEgress(frame));

  async function welcome(session: number, { token }: ConnectionDetails): Promise<void> {
    const claims = await verifyToken(token, SECRET);
    if (!claims)
      return down({ kind: "close", connection: session, code: 4401, reason: "not signed in" });
    down({ kind: "subscribe", connection: session, topics });
    down({
      kind: "deliver",
      connection: session,
      payload: `{"type":"welcome","user":"${claims.sub}"}`,
    });
  }

  async function take(frame: IngressFrame | null): Promise<void> {
    if (!frame) return;
    heard.push(frame);
    const { connection: session } = frame;
    if (frame.kind === "open") await welcome(session, JSON.parse(frame.details));
    if (frame.kind === "frame")
      down({
        kind: "deliver",
        connection: session,
        payload: `echo ${frame.payload.slice(0, ECHOED)}`,
      });
  }

  const server = Bun.serve<undefined>({
    port,
    idleTimeout: 0,
    async fetch(request, server) {
      const { pathname } = new URL(request.url);
      if (pathname === "/service/readyz") return new Response("{}");
      if (pathname !== LINK_PATH) {
        requests.push({ url: request.url, headers: new Headers(request.headers) });
        return answer(request);
      }
      const token = bearerToken(request.headers.get("authorization")) ?? "";
      if (await verifyLinkToken(token, SECRET)) {
        server.upgrade(request);
        return new Response(null, { status: 101 });
      }
      refusedLinks++;
      return new Response(null, { status: 401 });
    },
    websocket: {
      idleTimeout: 0,
      open: (ws) => {
        link = ws;
      },
      async message(_, message) {
        for (const text of unpackFrames(String(message))) await take(decodeIngress(text));
      },
    },
  });

  return {
    url: server.url.origin,
    port: Number(server.port),
    heard,
    requests,
    refusedLinks: () => refusedLinks,
    down,
    /** Takes nothing from the link until `resumeLink`, as a server does that is overworked. */
    pauseLink: () => link?.pause(),
    resumeLink: () => link?.resume(),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

async function describeRequest(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  return Response.json({
    method: request.method,
    target: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  });
}
