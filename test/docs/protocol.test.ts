import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { CLOSES } from "@parley/contracts/closes";
import { ERRORS } from "@parley/contracts/errors";
import { ClientFrame, ServerFrame } from "@parley/contracts/frames";
import { decodeEgress, decodeIngress, unpackFrames } from "@parley/contracts/link";
import { Draft, Message, MessagePage } from "@parley/contracts/messages";
import { Problem } from "@parley/contracts/problem";
import { SERVER_ROUTES } from "@parley/contracts/routes";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => Bun.file(join(ROOT, path)).text();
const page = (name: string) => read(`docs/protocol/${name}.md`);
const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found);

/** The lines of a page's examples that begin with a mark, without it. */
async function examples(name: string, mark: string): Promise<string[]> {
  const blocks = matches(await page(name), /```\n([\s\S]*?)```/g);
  return blocks.flatMap((block) =>
    block
      .split(/^(?=[←→↑↓] )/m)
      .filter((line) => line.startsWith(mark))
      .map((line) => line.slice(mark.length + 1).trimEnd()),
  );
}

/** The JSON bodies of a page's HTTP messages that begin with a start line, such as `POST /service/api/messages`. */
async function exampleBodies(name: string, startLine: string): Promise<string[]> {
  const messages = matches(await page(name), /```http\n([\s\S]*?)```/g);
  return messages
    .filter((message) => message.startsWith(startLine))
    .map((message) => message.slice(message.indexOf("\n\n") + 2));
}

type Schema =
  | typeof ServerFrame
  | typeof ClientFrame
  | typeof Draft
  | typeof Message
  | typeof MessagePage
  | typeof Problem;

/** The messages of what a schema finds wrong with a text of JSON. */
function faults(schema: Schema, json: string): string[] {
  const result = schema["~standard"].validate(JSON.parse(json));
  if (result instanceof Promise) throw new Error("the schema is asynchronous");
  return (result.issues ?? []).map(({ message }) => message);
}

test("The page on errors lists every error code with its status and title, and no other", async () => {
  const listed = matches(await page("errors"), /^\| <a id="\w+"><\/a>(`\w+` \| \d+ \| .*?) \|/gm);
  const known = Object.entries(ERRORS).map(
    ([code, { status, title }]) => `\`${code}\` | ${status} | ${title}`,
  );
  expect(listed.toSorted()).toEqual(known.toSorted());
});

test("The page on errors lists every close code", async () => {
  const [, section = ""] = (await page("errors")).split("\n## Close codes\n");
  const known = Object.values(CLOSES).map(({ code }) => String(code));
  expect(matches(section, /^\| (\d{4}) \|/gm).toSorted()).toEqual(known.toSorted());
});

test("A route that http.md calls not served yet is not served", async () => {
  const line = /^Not served yet.*$/m.exec(await page("http"))?.[0] ?? "";
  const served = SERVER_ROUTES.map(({ method, pattern }) => `${method} ${pattern}`);
  const unserved = matches(line, /`([A-Z]+ \/[^`]*)`/g);
  expect(unserved.length).toBeGreaterThan(0);
  for (const route of unserved) expect(served).not.toContain(route.replace(" ", " /service/api"));
});

describe("the examples", () => {
  test("Every body in http.md has the schema of its route", async () => {
    const [[request], [created], [found]] = [
      await exampleBodies("http", "POST /service/api/messages"),
      await exampleBodies("http", "HTTP/1.1 201"),
      await exampleBodies("http", "HTTP/1.1 200"),
    ];
    expect(faults(Draft, request ?? "")).toEqual([]);
    expect(faults(Message, created ?? "")).toEqual([]);
    expect(faults(MessagePage, found ?? "")).toEqual([]);
  });

  test("The problem in errors.md is a Problem that names the faults of its request", async () => {
    const [request] = await exampleBodies("errors", "POST /service/api/messages");
    const [problem] = await exampleBodies("errors", "HTTP/1.1 422");
    expect(faults(Problem, problem ?? "")).toEqual([]);
    const { errors } = JSON.parse(problem ?? "") as Problem;
    expect(faults(Draft, request ?? "")).toHaveLength(errors?.length ?? 0);
  });

  test("Every frame from the server in websocket.md is a ServerFrame", async () => {
    const frames = await examples("websocket", "←");
    expect(frames.length).toBeGreaterThan(5);
    for (const frame of frames) expect(faults(ServerFrame, frame)).toEqual([]);
  });

  test("Every frame from the client in websocket.md is a ClientFrame", async () => {
    const frames = await examples("websocket", "→");
    expect(frames.length).toBeGreaterThan(2);
    for (const frame of frames) expect(faults(ClientFrame, frame)).toEqual([]);
  });

  test("Every message in link.md unpacks to frames of the link", async () => {
    const [up, down] = [await examples("link", "↑"), await examples("link", "↓")];
    const unpacked = (messages: string[]) => messages.flatMap((one) => [...unpackFrames(one)]);
    expect(unpacked(up).map((frame) => decodeIngress(frame)?.kind)).toEqual(["open", "frame"]);
    expect(unpacked(down).map((frame) => decodeEgress(frame)?.kind)).toEqual([
      "subscribe",
      "deliver",
      "deliver",
      "publish",
    ]);
  });
});
