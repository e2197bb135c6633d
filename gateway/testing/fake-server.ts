import { CLOSES } from "@parley/contracts/closes";
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

/** Characters of a frame that are echoed; a test of long frames is not about a slow reader. */
const MAX_ECHO_CHARS = 1_000;

interface FakeServerOptions {
  readonly port?: number;
  /** The topics that every connection is subscribed to. */
  readonly topics?: string[];
  /** Responds to requests other than the link's; by default with a description of the request. */
  readonly respond?: (request: Request) => Response | Promise<Response>;
}

export type FakeServer = ReturnType<typeof startFakeServer>;

/**
 * Starts a small server at the other end of the gateway. It accepts links, welcomes their connections
 * as the real server does, echoes each frame, and records what it receives.
 */
export function startFakeServer({
  port = 0,
  topics = ["all"],
  respond = describeRequest,
}: FakeServerOptions = {}) {
  const received: IngressFrame[] = [];
  const requests: { url: string; headers: Headers }[] = [];
  let refusedLinks = 0;
  let isClosing = false;
  let link: Bun.ServerWebSocket<undefined> | null = null;
  const send = (frame: EgressFrame) => void link?.send(encodeEgress(frame));

  async function welcome(connection: number, { token }: ConnectionDetails): Promise<void> {
    const claims = await verifyToken(token, SECRET);
    if (!claims) return send({ kind: "close", connection, code: 4401, reason: "not signed in" });
    send({ kind: "subscribe", connection, topics });
    send({ kind: "deliver", connection, payload: `{"type":"welcome","user":"${claims.sub}"}` });
  }

  async function receive(frame: IngressFrame | null): Promise<void> {
    if (!frame) return;
    received.push(frame);
    const { connection } = frame;
    if (frame.kind === "open") await welcome(connection, JSON.parse(frame.details));
    if (frame.kind === "frame") {
      const payload = `echo ${frame.payload.slice(0, MAX_ECHO_CHARS)}`;
      send({ kind: "deliver", connection, payload });
    }
  }

  const server = Bun.serve<undefined>({
    port,
    idleTimeout: 0,
    async fetch(request, server) {
      const { pathname } = new URL(request.url);
      if (pathname === "/service/readyz") return new Response("{}");
      if (pathname !== LINK_PATH) {
        requests.push({ url: request.url, headers: new Headers(request.headers) });
        return respond(request);
      }
      if (isClosing) return new Response(null, { status: 503 });
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
        for (const text of unpackFrames(String(message))) await receive(decodeIngress(text));
      },
    },
  });

  return {
    url: server.url.origin,
    port: Number(server.port),
    received,
    requests,
    refusedLinks: () => refusedLinks,
    send,
    /** Closes the link and accepts no other, as a server that is about to stop. */
    closeLinks(): void {
      isClosing = true;
      link?.close(CLOSES.goingAway.code);
    },
    /** Stops reading from the link until `resumeLink`, as an overloaded server does. */
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
