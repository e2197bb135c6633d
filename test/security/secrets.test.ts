import { expect, test } from "bun:test";
import { prepare, RUNTIMES } from "../runtimes/runtimes.ts";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";

const WORDS = "a-secret-that-is-said-between-friends";
const WRONG_PASSWORD = "a-password-that-is-wrong";
const METRICS_TOKEN = "a-token-that-opens-the-metrics";
const JWT_SECRET = "a-secret-that-signs-each-of-the-tokens";

onEachStack("logs at the level trace", (kind) => {
  test.each(RUNTIMES)(
    "With the gateway on %s, the logs contain no token, cookie, password or message",
    async (runtime) => {
      const settings = { LOG_LEVEL: "trace", JWT_SECRET, METRICS_TOKEN };
      const stack = await startStack(kind, settings, { gatewayBy: await prepare(runtime) });
      const { url, serverUrl } = stack;
      const logs = [stack.server, stack.gateway];
      let ann: Person;
      {
        await using _stack = stack;
        ann = await Person.register(url, "ann");
        const chat = await talk(ann);
        if (runtime === "bun") await talkBySocket(ann, chat);
        await failToSignIn(url, ann);
        await sendMisplacedSecrets(url, ann);
        for (const address of [`${url}/metrics`, `${serverUrl}/service/metrics`])
          await fetch(address, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
        // A killed server makes the gateway log errors.
        await stack.server.end("SIGKILL");
        await ann.request("GET", `/messages?chat=${WORDS}&token=${ann.token}`);
        await stack.startServer();
        logs.push(stack.server);
      }
      const written = logs.map(({ output, errors }) => output() + errors()).join("\n");
      const signature = ann.token.split(".")[2] ?? "";
      for (const secret of [
        ann.token,
        signature,
        ann.password,
        WORDS,
        WRONG_PASSWORD,
        METRICS_TOKEN,
        JWT_SECRET,
        ...(kind === "postgres" ? [stack.env["DATABASE_URL"], stack.env["S3_SECRET_KEY"]] : []),
      ])
        expect(written).not.toContain(secret);
      expect(written.split("\n").length).toBeGreaterThan(30);
    },
  );
});

/** Sends, edits and searches a message. @returns the ID of its chat. */
async function talk(ann: Person): Promise<string> {
  const { id: chat } = await ann.create({ kind: "group", name: `about ${WORDS}` });
  const said = { chat, clientId: crypto.randomUUID(), body: WORDS };
  const { seq } = await ann.json<{ seq: number }>("POST", "/messages", said, 201);
  await ann.request("PATCH", `/messages/${chat}/${seq}`, { body: `${WORDS}, changed` });
  await ann.request("GET", `/messages/search?query=${WORDS}`);
  await ann.request("POST", "/messages", { chat, clientId: "no id", body: WORDS });
  return chat;
}

async function talkBySocket(ann: Person, chat: string): Promise<void> {
  using socket = await ann.connect();
  await socket.say(chat, WORDS);
  socket.send({ type: "send", chat, clientId: crypto.randomUUID(), body: WORDS, replyTo: 999 });
  await socket.until("reject");
}

async function failToSignIn(url: string, { user, password, token }: Person): Promise<void> {
  const post = (path: string, body: string) =>
    fetch(`${url}/service/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
  const username = user.username;
  await post("login", JSON.stringify({ username, password: WRONG_PASSWORD }));
  await post("login", JSON.stringify({ username, password }));
  await post("login", `{"password":"${password}"`);
  await post("register", JSON.stringify({ username, password: WRONG_PASSWORD }));
  await post(`login?password=${WRONG_PASSWORD}`, "{}");
  for (const given of [`${token}x`, token.slice(0, -4), `${token} ${token}`])
    await fetch(`${url}/service/api/profile`, { headers: { authorization: `Bearer ${given}` } });
}

/** Sends secrets in unusual places: tokens in URLs and cookies, message text in malformed JSON. */
async function sendMisplacedSecrets(url: string, { token }: Person): Promise<void> {
  const cookie = `token=${token}`;
  for (const path of [`/chat?token=${token}`, `/${token}`, `/service/api/${token}`])
    await fetch(url + path, { headers: { cookie, accept: "text/html" } });
  const headers = { cookie, "content-type": "application/json", "x-request-id": "no-secret" };
  await fetch(`${url}/service/api/chats`, { method: "POST", headers, body: `{"name":"${WORDS}` });
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws?token=${token}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const closed = Promise.withResolvers<void>();
  socket.onclose = () => closed.resolve();
  socket.onopen = () => {
    for (let n = 0; n < 4; n++) socket.send(`{"type":"${WORDS}","token":"${token}"`);
  };
  await closed.promise;
}
