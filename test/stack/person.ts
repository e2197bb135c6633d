import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { Chat, ChatCreation } from "@parley/contracts/chats";
import type { User } from "@parley/contracts/users";
import { Socket } from "./socket.ts";

let count = 0;

/** A registered user that calls Parley over HTTP and WebSocket with a bearer token. */
export class Person {
  private constructor(
    readonly url: string,
    readonly user: User,
    readonly password: string,
    readonly token: string,
  ) {}

  static async register(url: string, name = "person"): Promise<Person> {
    const username = `${name}${++count}-${crypto.randomUUID().slice(0, 8)}`;
    const password = `${crypto.randomUUID()}`;
    const response = await fetch(`${url}/service/api/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });
    if (response.status !== 201)
      throw new Error(`register: ${response.status} ${await response.text()}`);
    const { user, token } = (await response.json()) as { user: User; token: string };
    return new Person(url, user, password, token);
  }

  get id(): string {
    return this.user.id;
  }

  request(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/service/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /**
   * Sends a request and parses the JSON of the response.
   * @throws Error when the response has another status.
   */
  async json<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
    const response = await this.request(method, path, body);
    const text = await response.text();
    if (response.status !== status)
      throw new Error(`${method} ${path}: ${response.status} instead of ${status}: ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  create(chat: ChatCreation): Promise<Chat> {
    return this.json("POST", "/chats", chat, 201);
  }

  bootstrap(): Promise<Bootstrap> {
    return this.json("GET", "/bootstrap");
  }

  /** Opens a WebSocket and waits for the `welcome` frame. */
  async connect(path = "/ws", url = this.url): Promise<Socket> {
    const socket = new Socket(`${url.replace("http", "ws")}${path}`, {
      authorization: `Bearer ${this.token}`,
    });
    await socket.opened();
    await socket.until("welcome");
    return socket;
  }
}
