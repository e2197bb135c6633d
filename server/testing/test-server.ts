import type { ChatEvent } from "@parley/contracts/events";
import type { ClientFrame, ServerFrame } from "@parley/contracts/frames";
import type { ChatId } from "@parley/contracts/ids";
import { SignedIn } from "@parley/contracts/sessions";
import type { Database } from "@parley/db/open";
import { createLog } from "@parley/platform/process/log";
import { eventually } from "@parley/platform/testing/eventually";
import * as v from "valibot";
import { createApi } from "../api.ts";
import { createApp } from "../app.ts";
import type { OpenBus } from "../bus/bus.ts";
import { createInProcessBus } from "../bus/in-process-bus.ts";
import type { CommittedEventListener } from "../events/publish.ts";
import { createHealthRoutes } from "../http/health-routes.ts";
import { createServerMetrics } from "../metrics.ts";
import { createHub } from "../realtime/hub.ts";
import { type FakeConnection, FakeNetwork } from "../realtime/testing/fake-network.ts";
import type { ServerSettings } from "../settings.ts";
import { createUpgradeHandlers } from "../transport/upgrade.ts";
import { createMemoryStore } from "./memory-store.ts";

export const PASSWORD = "otter-lamp-quiet-river";
const SECRET = "a secret of the tests, long enough to sign";
/** The least that argon2id allows, because each registration would cost 60 ms of processor time. */
const PASSWORD_COST = { memoryCost: 8, timeCost: 1 };

export type TestServer = ReturnType<typeof openTestServer>;

/**
 * Composes the server as in production but without a network: requests and frames are passed in memory.
 * @param parts.openBus the bus that joins the server to others of the same test.
 * @param parts.reads the database for reads.
 */
export function openTestServer(
  db: Database,
  options: Partial<ServerSettings> = {},
  { openBus = createInProcessBus(), reads = db }: { openBus?: OpenBus; reads?: Database } = {},
) {
  const network = new FakeNetwork();
  const hub = createHub(network.publish);
  const log = createLog("test", "silent");
  const metrics = createServerMetrics({ database: "test", storage: "test" }, hub.size);
  const store = createMemoryStore();
  const committed: { chat: ChatId; event: ChatEvent }[] = [];
  const recorder: CommittedEventListener = {
    name: "recorder",
    onCommitted(chat, events) {
      for (const event of events) committed.push({ chat, event });
    },
  };
  const settings = {
    SESSION_TTL: 60_000,
    RATE_LIMIT_MESSAGES_RPS: 1_000,
    PUBLIC_ORIGIN: undefined,
    CORS_ORIGINS: ["https://app.example.org"],
    ...options,
  } as ServerSettings;
  const api = createApi(
    {
      db,
      reads,
      store,
      hub,
      openBus,
      metrics,
      log,
      secrets: [SECRET],
      committedListeners: [recorder],
      passwordCost: PASSWORD_COST,
    },
    settings,
  );
  const app = createApp({
    log,
    metrics,
    sessions: api.sessions,
    cookie: api.cookie,
    ownOrigins: [],
    corsOrigins: settings.CORS_ORIGINS,
    isClosing: () => false,
    upgrades: createUpgradeHandlers({
      secrets: [SECRET],
      cookie: api.cookie,
      ownOrigins: [],
      check: api.sessions.checkNow,
      isDraining: () => false,
      isClosing: () => false,
    }),
    health: createHealthRoutes({
      registry: metrics.registry,
      metricsToken: undefined,
      readReadiness: async () => ({ kind: "ok", parts: { database: "ok", objects: "ok" } }),
    }),

    routes: api.routes,
  });

  async function request(path: string, init?: RequestInit): Promise<Response> {
    return app.request(`/service/api${path}`, init);
  }

  async function connect(person: Person) {
    const connection = network.connection(person.id, person.sid);
    const { receive } = api.connect(connection);
    await eventually(() => framesOf(connection, "presence").length > 0);
    return { connection, receive };
  }

  return {
    app,
    store,
    metrics,
    request,
    /** What the listeners of committed events were handed. */
    committed,

    /** Registers a user with a unique username that begins with `name`. */
    async person(name: string): Promise<Person> {
      const username = `${name}-${crypto.randomUUID().slice(0, 8)}`;
      const answer = await request("/register", json("POST", { username, password: PASSWORD }));
      if (answer.status !== 201) throw new Error(await answer.text());
      return new Person(username, v.parse(SignedIn, await answer.json()), request);
    },

    /** Opens a connection of a user that records its frames. */
    async connect(person: Person): Promise<FakeConnection> {
      return (await connect(person)).connection;
    },

    /** Connects a user who sends frames. @returns a function that sends one and resolves when it was handled. */
    async device(person: Person): Promise<(frame: ClientFrame) => Promise<void>> {
      const { connection, receive } = await connect(person);
      return async (frame) => {
        const id = crypto.randomUUID();
        for (const sent of [frame, { type: "ping", id }]) receive(JSON.stringify(sent));
        await eventually(() => framesOf(connection, "pong").some((pong) => pong.id === id));
      };
    },

    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

/** A parsed response body of any shape. */
export type Json = ReturnType<typeof JSON.parse>;

/** A signed-in user who calls the API. */
export class Person {
  readonly id: string;
  readonly token: string;
  readonly sid: string;

  constructor(
    readonly username: string,
    { user, token }: SignedIn,
    readonly request: (path: string, init?: RequestInit) => Promise<Response>,
  ) {
    this.id = user.id;
    this.token = token;
    this.sid = JSON.parse(atob(token.split(".")[1] ?? "")).sid;
  }

  get = (path: string) => this.call(path, { method: "GET" });
  post = (path: string, body: unknown = {}) => this.call(path, json("POST", body));
  put = (path: string, body: unknown = {}) => this.call(path, json("PUT", body));
  patch = (path: string, body: unknown) => this.call(path, json("PATCH", body));
  delete = (path: string) => this.call(path, { method: "DELETE" });

  async call(path: string, init: RequestInit): Promise<{ status: number; body: Json }> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.token}`);
    const response = await this.request(path, { ...init, headers });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  }
}

export function json(method: string, body: unknown): RequestInit {
  return {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** @returns the frames of one type that a connection was sent. */
export function framesOf<T extends ServerFrame["type"]>(connection: FakeConnection, type: T) {
  return connection.frames.filter(
    (frame): frame is Extract<ServerFrame, { type: T }> => frame.type === type,
  );
}

/** An IPv6 address in a /64 of its own. */
export function randomAddress(): string {
  const [first = 0, second = 0] = crypto.getRandomValues(new Uint16Array(2));
  return `2001:db8:${first.toString(16)}:${second.toString(16)}::1`;
}
