import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { prepare, RUNTIMES, type RunBy } from "../runtimes/runtimes.ts";
import { exchange } from "./raw-http.ts";
import {
  type StandaloneGateway,
  type StubHandler,
  startStandaloneGateway,
} from "./standalone-gateway.ts";

const EVIL = "evil.example";

let runBy: RunBy;
let gateway: StandaloneGateway;

/** Sends one request unchanged. @returns the head and the body of the response. */
async function send(target: string, ...fields: string[]) {
  const lines = [`GET ${target} HTTP/1.1`, ...fields, "Connection: close", "", ""];
  const { text } = await exchange(gateway.port, lines.join("\r\n"));
  const [head = "", body = ""] = text.split("\r\n\r\n", 2);
  const field = (name: string) =>
    new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1]?.trim() ?? null;
  return { status: Number(head.split(" ")[1]), head, body, field };
}

const HOST = "Host: chat.example";
const PAGE = "Accept: text/html";

describe.each(RUNTIMES)("the gateway on %s", (runtime) => {
  beforeAll(async () => {
    runBy = await prepare(runtime);
    gateway = await startStandaloneGateway({}, undefined, runBy);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  describe("response headers that a caller tries to inject", () => {
    test.each([
      "/chat/%0d%0aSet-Cookie:%20token=evil",
      "/chat/x?a=%0d%0aSet-Cookie:%20token=evil",
      "/chat/x?a=%0aSet-Cookie:%20token=evil",
      "/chat/%E5%98%8A%E5%98%8DSet-Cookie:%20token=evil",
    ])("A line break in %s injects no response header", async (target) => {
      const { status, head, field } = await send(target, HOST, PAGE);
      expect(status).toBe(302);
      expect(head).not.toMatch(/^set-cookie:/im);
      expect(field("location")).toMatch(/^\/login\?next=[\w%.~-]*$/);
    });

    test.each(["a b", "a\tb", "a;b", "\xe9", "<script>", "x".repeat(129), ""])(
      "X-Request-Id %j injects no response header",
      async (given) => {
        const { field } = await send("/healthz", HOST, `X-Request-Id: ${given}`);
        expect(field("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      },
    );
  });

  test("A control character in a header gets 400, not 502", async () => {
    for (let n = 0; n < 10; n++)
      expect((await send("/service/api/x", HOST, gateway.authorization, "X: a\x7fb")).status).toBe(
        400,
      );
    const { status } = await send("/service/api/x", HOST, gateway.authorization);
    expect(status).toBe(200);
    const counted = (await send("/metrics", HOST)).body.match(/^gateway_upstream_error_total.*/gm);
    expect(counted?.map((line) => line.split(" ")[1])).toEqual(["0", "0", "0"]);
  });

  describe("redirects after sign-in", () => {
    test.each([
      `//${EVIL}/chat`,
      `/\\${EVIL}`,
      `/chat/..//${EVIL}`,
      `http://${EVIL}/chat`,
      `/chat?next=//${EVIL}`,
      `/chat/@${EVIL}`,
    ])("A request for %s is not redirected to another site", async (target) => {
      const { status, field } = await send(target, HOST, PAGE);
      if (status === 302) expect(field("location")).toStartWith("/login?next=%2F");
      else expect(field("location")).toBeNull();
    });

    test(`The sign-in page at /login?next=//${EVIL} does not name the other site`, async () => {
      const { status, head, body } = await send(`/login?next=//${EVIL}`, HOST, PAGE);
      expect(status).toBe(200);
      expect(head + body).not.toContain(EVIL);
    });
  });

  describe("cache poisoning", () => {
    const CLAIMS = [
      `X-Forwarded-Host: ${EVIL}`,
      `X-Forwarded-Scheme: ${EVIL}`,
      `X-Forwarded-Proto: ${EVIL}`,
      `X-Forwarded-Port: 666`,
      `X-Forwarded-For: ${EVIL}`,
      `X-Original-URL: /${EVIL}`,
      `X-Rewrite-URL: /${EVIL}`,
      `Forwarded: host=${EVIL};proto=https`,
      `Origin: https://${EVIL}`,
      `Referer: https://${EVIL}/`,
    ];
    /** Headers that differ with each request or each second. */
    const VARYING = /^(?:date|x-request-id|ratelimit|ratelimit-policy): .*\r?\n?/gim;

    test.each(["/login", "/chat", "/healthz", "/service/api/profile", "/favicon.svg", "/nowhere"])(
      "The response of %s does not depend on the host that the caller claims",
      async (path) => {
        const plain = await send(path, HOST, PAGE);
        const claimed = await send(path, `Host: ${EVIL}`, PAGE, ...CLAIMS);
        expect(claimed.head.replace(VARYING, "")).toBe(plain.head.replace(VARYING, ""));
        expect(claimed.body).toBe(plain.body);
        expect(claimed.head + claimed.body).not.toContain(EVIL);
      },
    );

    test("The server receives the host of the request, not the host that the caller claims", async () => {
      const noteHost: StubHandler = ({ headers }, seen) => {
        seen.push(`${headers.get("x-forwarded-host")} ${headers.get("x-forwarded-proto")}`);
        return Response.json({});
      };
      await using alone = await startStandaloneGateway({}, noteHost, runBy);
      const lines = ["GET /service/api/profile HTTP/1.1", HOST, alone.authorization, ...CLAIMS];
      await exchange(alone.port, `${lines.join("\r\n")}\r\n\r\n`);
      expect(alone.seen).toEqual(["chat.example http"]);
    });

    test("Personal responses and redirects to the sign-in are not cacheable", async () => {
      for (const path of ["/chat", "/service/api/profile"]) {
        const { field } = await send(path, HOST, PAGE);
        expect(field("cache-control")).toMatch(/no-store|private|no-cache/);
      }
      const html = await send("/login", HOST, PAGE, "Accept-Encoding: br");
      expect(html.field("vary")).toContain("Accept-Encoding");
      expect(html.field("cache-control")).toBe("no-cache");
    });
  });
});
