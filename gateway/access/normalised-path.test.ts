import { expect, test } from "bun:test";
import { startFakeServer } from "../testing/fake-server.ts";
import { bearer, startTestGateway } from "../testing/test-gateway.ts";

test("Requests with ambiguous paths are rate-limited, and the refusal carries the limit", async () => {
  await using server = startFakeServer();
  await using gateway = await startTestGateway(server.url, { RATE_LIMIT_RPS: 3 });
  const ask = (path: string, headers = {}) => fetch(gateway.url.origin + path, { headers });
  for (const headers of [{}, await bearer()]) {
    const first = await ask("/x//y", headers);
    expect(first.status).toBe(400);
    expect(first.headers.get("ratelimit")).toStartWith('"default";r=2;t=');
    expect(first.headers.get("ratelimit-policy")).toBe('"default";q=3;w=1');
    const rest = ["/a%2fb", "/a%5cb", "/service/api//profile"];
    const answers = await Promise.all(rest.map((path) => ask(path, headers)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([400, 400, 429]);
  }
  expect(server.requests).toEqual([]);
});
