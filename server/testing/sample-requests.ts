import type { RouteKey } from "@parley/contracts/routes";
import type { LargeWorld } from "./large-world.ts";
import { type Json, json, PASSWORD, type Person, type TestServer } from "./test-server.ts";

/** A request whose cost is measured, as dear as its route allows. */
type Sample = (world: LargeWorld, server: TestServer) => Promise<{ readonly status: number }>;

type ServerRoute = Extract<RouteKey, `${string} /service/api/${string}`>;

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const THUMBS_UP = encodeURIComponent("👍");

const credentials = () => ({
  username: `new-${crypto.randomUUID().slice(0, 8)}`,
  password: PASSWORD,
});

async function say(person: Person, chat: string): Promise<Json> {
  const draft = { chat, clientId: crypto.randomUUID(), body: "a new message" };
  return (await person.post("/messages", draft)).body;
}

/** Prepares what a request needs, which is not measured, and returns the request. */
type Preparation = (world: LargeWorld, server: TestServer) => Promise<Sample> | Sample;

/** The requests of every route of the API; a route without one does not compile. */
export const SAMPLE_REQUESTS: Readonly<Record<ServerRoute, Preparation>> = {
  "POST /service/api/register": () => (_, server) =>
    server.request("/register", json("POST", credentials())),
  "POST /service/api/login":
    () =>
    ({ ann }, server) =>
      server.request("/login", json("POST", { username: ann.username, password: PASSWORD })),
  "POST /service/api/logout": async (_, server) => {
    const person = await server.person("leaver");
    return () => person.post("/logout");
  },
  "POST /service/api/session":
    () =>
    ({ ann }) =>
      ann.post("/session"),
  "GET /service/api/sessions":
    () =>
    ({ ann }) =>
      ann.get("/sessions"),
  "DELETE /service/api/sessions/:id": async ({ ann }, server) => {
    await server.request("/login", json("POST", { username: ann.username, password: PASSWORD }));
    const { sessions } = (await ann.get("/sessions")).body;
    const other = sessions.find(({ current }: Json) => !current);
    return () => ann.delete(`/sessions/${other.id}`);
  },
  "GET /service/api/bootstrap":
    () =>
    ({ ann }) =>
      ann.get("/bootstrap"),
  "GET /service/api/profile":
    () =>
    ({ ann }) =>
      ann.get("/profile"),
  "PATCH /service/api/profile":
    () =>
    ({ ann }) =>
      ann.patch("/profile", { bio: "rows" }),
  "POST /service/api/profile/password": async (_, server) => {
    const person = await server.person("changer");
    return () => person.post("/profile/password", { current: PASSWORD, next: `${PASSWORD}-2` });
  },
  "PUT /service/api/profile/avatar":
    () =>
    ({ ann }) =>
      ann.call("/profile/avatar", {
        method: "PUT",
        headers: { "content-type": "image/png" },
        body: PIXEL,
      }),
  "DELETE /service/api/profile/avatar":
    () =>
    ({ ann }) =>
      ann.delete("/profile/avatar"),
  "GET /service/api/profile/:userId":
    () =>
    ({ ann, users }) =>
      ann.get(`/profile/${users.at(-1)}`),
  "GET /service/api/users":
    () =>
    ({ ann }) =>
      ann.get("/users?query=user4&limit=100"),
  "GET /service/api/chats":
    () =>
    ({ ann }) =>
      ann.get("/chats?limit=100"),
  "POST /service/api/chats": async (_, server) => {
    const person = await server.person("maker");
    return ({ users }) => person.post("/chats", { kind: "group", members: users.slice(-20) });
  },
  "GET /service/api/chats/:id":
    () =>
    ({ ann, channel }) =>
      ann.get(`/chats/${channel}`),
  "PATCH /service/api/chats/:id":
    () =>
    ({ ann, channel }) =>
      ann.patch(`/chats/${channel}`, { topic: crypto.randomUUID() }),
  "DELETE /service/api/chats/:id": async (_, server) => {
    const person = await server.person("remover");
    const { id } = (await person.post("/chats", { kind: "group" })).body;
    return () => person.delete(`/chats/${id}`);
  },
  "POST /service/api/chats/:id/join": async (_, server) => {
    const person = await server.person("joiner");
    return ({ channel }) => person.post(`/chats/${channel}/join`);
  },
  "POST /service/api/chats/:id/leave":
    () =>
    ({ bob, channel }) =>
      bob.post(`/chats/${channel}/leave`),
  "POST /service/api/chats/:id/accept":
    () =>
    ({ ann, groups }) =>
      ann.post(`/chats/${groups[0]}/accept`),
  "POST /service/api/chats/:id/read":
    () =>
    ({ ann, groups }) =>
      ann.post(`/chats/${groups[0]}/read`, { seq: 1 }),
  "GET /service/api/chats/:id/members":
    () =>
    ({ ann, channel }) =>
      ann.get(`/chats/${channel}/members?limit=100`),
  "PUT /service/api/chats/:id/members/:userId":
    () =>
    ({ ann, channel, users }) =>
      ann.put(`/chats/${channel}/members/${users.at(-1)}`, { role: "admin" }),
  "DELETE /service/api/chats/:id/members/:userId":
    () =>
    ({ ann, channel, users }) =>
      ann.delete(`/chats/${channel}/members/${users.at(-2)}`),
  "GET /service/api/messages":
    () =>
    ({ ann, channel }) =>
      ann.get(`/messages?chat=${channel}&limit=100`),
  "POST /service/api/messages":
    () =>
    ({ ann, channel }) =>
      ann.post("/messages", {
        chat: channel,
        clientId: crypto.randomUUID(),
        body: "a new message",
      }),
  "GET /service/api/messages/search":
    () =>
    ({ ann }) =>
      ann.get("/messages/search?query=zz+yy&limit=100"),
  "PATCH /service/api/messages/:chat/:seq": async ({ ann, channel }) => {
    const { seq } = await say(ann, channel);
    return () => ann.patch(`/messages/${channel}/${seq}`, { body: "changed" });
  },
  "DELETE /service/api/messages/:chat/:seq": async ({ ann, channel }) => {
    const { seq } = await say(ann, channel);
    return () => ann.delete(`/messages/${channel}/${seq}`);
  },
  "PUT /service/api/messages/:chat/:seq/reactions/:emoji": async ({ ann, channel }) => {
    const { seq } = await say(ann, channel);
    return () => ann.put(`/messages/${channel}/${seq}/reactions/${THUMBS_UP}`);
  },
  "DELETE /service/api/messages/:chat/:seq/reactions/:emoji": async ({ ann, channel }) => {
    const { seq } = await say(ann, channel);
    await ann.put(`/messages/${channel}/${seq}/reactions/${THUMBS_UP}`);
    return () => ann.delete(`/messages/${channel}/${seq}/reactions/${THUMBS_UP}`);
  },
  "GET /service/api/block":
    () =>
    ({ ann }) =>
      ann.get("/block"),
  "POST /service/api/block":
    () =>
    ({ ann, users }) =>
      ann.post("/block", { userId: users.at(-3) }),
  "DELETE /service/api/block/:userId":
    () =>
    ({ ann, users }) =>
      ann.delete(`/block/${users[0]}`),
  "GET /service/api/openapi.json": () => (_, server) => server.request("/openapi.json"),
};
