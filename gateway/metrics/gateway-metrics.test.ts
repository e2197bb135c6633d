import { expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway } from "../testing/test-gateway.ts";

test("All documented metrics have values, and the number of labels is bounded", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url, { RATE_LIMIT_RPS: 2 });
  const get = (path: string, init?: RequestInit) => fetch(new URL(path, gateway.url), init);
  await eventually(async () => (await get("/readyz")).status === 200);
  const headers = await bearer();
  await get("/service/api/chats/0197aaaa", { headers });
  const probe = async () => (await get("/wp-login.php", { headers })).status;
  await eventually(async () => (await probe()) === 404);
  await eventually(async () => (await probe()) === 429);
  const text = await (await get("/metrics")).text();
  for (const sample of [
    /^gateway_request_total\{method="GET",route="\/service\/api\/chats\/:id",status="200"} 1$/m,
    /^gateway_request_total\{method="GET",route="unmatched",status="404"} [1-9]/m,
    /^gateway_request_total\{method="GET",route="unmatched",status="429"} 1$/m,
    /^gateway_request_duration_seconds_count\{method="GET",route="unmatched",status="4xx"} [1-9]/m,
    /^gateway_user_request_total\{user="[0-9a-f]{12}"} [1-9]/m,
    /^gateway_rate_limit_blocked_total\{kind="user"} 1$/m,
    /^gateway_rate_limit_blocked_total\{kind="ip"} 0$/m,
    /^app_error_total\{code="rate_limited"} 1$/m,
    /^app_error_total\{code="not_found"} [1-9]/m,
    /^gateway_open_sockets 0$/m,
    /^gateway_link_up 1$/m,
    /^gateway_circuit_open 0$/m,
    /^gateway_bytes_total\{protocol="http",direction="in"} 0$/m,
    /^gateway_bytes_total\{protocol="http",direction="out"} [1-9]/m,
    /^gateway_bytes_total\{protocol="websocket",direction="in"} 0$/m,
    /^gateway_bytes_total\{protocol="websocket",direction="out"} 0$/m,
    /^gateway_upstream_error_total\{code="unavailable"} 0$/m,
    /^gateway_rate_limit_store_error_total 0$/m,
    /^gateway_overloaded_send_total 0$/m,
    /^gateway_slow_reader_total 0$/m,
    /^app_uptime_seconds \d/m,
    /^app_info\{version=".+",runtime="bun .+",database="none",storage="none"} 1$/m,
  ])
    expect(text).toMatch(sample);
  expect(text).not.toContain("wp-login");
});

test("METRICS_TOKEN is required from callers of /metrics", async () => {
  await using gateway = await startTestGateway("http://127.0.0.1:1", { METRICS_TOKEN: "m-1" });
  const send = (headers: Record<string, string>) =>
    fetch(new URL("/metrics", gateway.url), { headers });
  expect((await send({})).status).toBe(401);
  expect((await send(await bearer())).status).toBe(401);
  const answer = await send({ authorization: "Bearer m-1" });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/^gateway_user_request_total\{user="[0-9a-f-]{36}"} 1$/m);
});

test("Failures of the server are counted, and the circuit opens", async () => {
  await using gateway = await startTestGateway("http://127.0.0.1:1");
  const headers = await bearer();
  const send = () => fetch(new URL("/service/api/profile", gateway.url), { headers });
  for (let n = 0; n < 6; n++) expect((await send()).status).toBe(503);
  const text = await (await fetch(new URL("/metrics", gateway.url))).text();
  expect(text).toMatch(/^gateway_upstream_error_total\{code="unavailable"} 6$/m);
  expect(text).toMatch(/^gateway_circuit_open 1$/m);
});

test("Request bodies are counted in bytes", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url);
  const url = new URL("/service/api/files", gateway.url);
  await fetch(url, { method: "POST", headers: await bearer(), body: new Uint8Array(1_234) });
  const text = await (await fetch(new URL("/metrics", gateway.url))).text();
  expect(text).toMatch(/^gateway_bytes_total\{protocol="http",direction="in"} 1234$/m);
});
