import { expect, test } from "bun:test";
import { COUNTS_SEGMENTS, fetchSegments } from "@parley/platform/http/testing/fetch-segments";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";

test.skipIf(!COUNTS_SEGMENTS)(
  "A page of messages leaves the server, and the gateway, in one write",
  async () => {
    await using stack = await startStack("embedded", { LOG_LEVEL: "error" });
    const ann = await Person.register(stack.url);
    const { id } = await ann.create({ kind: "group", name: "room", members: [] });
    await using socket = await ann.connect();
    for (let n = 0; n < 20; n++) await socket.say(id, "ü".repeat(2_000));
    for (const url of [stack.serverUrl, stack.url]) {
      const { body, segments, segmentsOfOneWrite } = await fetchSegments(
        Number(new URL(url).port),
        `/service/api/messages?chat=${id}`,
        [`Authorization: Bearer ${ann.token}`],
      );
      expect(JSON.parse(body.toString()).messages).toHaveLength(20);
      expect(body.byteLength).toBeGreaterThan(64 * 1024);
      expect(segments).toBeLessThanOrEqual(segmentsOfOneWrite);
    }
  },
);
