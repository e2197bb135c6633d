import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { Chat } from "@parley/contracts/chats";
import type { ErrorCode } from "@parley/contracts/errors";
import type { ClientFrame, ServerFrame } from "@parley/contracts/frames";
import type { MessagePage } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { Api, PagePlace } from "../engine/api/api.ts";
import { ApiError } from "../engine/api/request.ts";
import type { SignedOutReason } from "../engine/session/connection.ts";
import { createSession } from "../engine/session/session.ts";
import type { TabHandlers } from "../engine/socket/shared-socket.ts";
import type { RawFrame } from "../engine/socket/socket.ts";
import { chat, ME, TOMAS, user } from "./fixtures.ts";
import { createDevice } from "./memory-device.ts";

/** A session whose server the test controls: with the frames it sent, and its requests in words. */
export async function startSession(change: Partial<Bootstrap> = {}, device = createDevice()) {
  const { tab, close: closeTab } = device.openTab();
  const sent: ClientFrame[] = [];
  const asked: string[] = [];
  const signedOut: SignedOutReason[] = [];
  const server = {
    bootstrap: bootstrap(change),
    page: { messages: [], users: [], hasMore: false } as MessagePage,
    /** Pages that are requested now arrive after this. */
    held: Promise.resolve(),
    people: [] as User[],
    /** The chats behind those of the bootstrap, in pages of two. */
    further: [] as Chat[],
    /** Why the gateway refuses handshakes. */
    refusal: null as ErrorCode | null,
    isOpen: false,
    isDown: false,
    /** Whether the sign-in has ended, so that every request is refused. */
    isOver: false,
  };
  /** Milliseconds: of the device's clock, which may be set, and of a monotonic clock. */
  const clock = { wall: Date.parse("2026-06-12T18:02:00.000Z"), now: 0 };
  async function respond<T>(request: string, value: T): Promise<T> {
    asked.push(request);
    if (server.isDown) throw new ApiError("network", "no response");
    if (server.isOver) throw new ApiError("unauthenticated", "not signed in");
    return value;
  }
  const api = {
    bootstrap: () => respond("bootstrap", server.bootstrap),
    chatPage: (after: string) => respond(`chats after ${after}`, pageAfter(server.further, after)),
    chat: async (id: string) => {
      const found = server.further.find((one) => one.id === id);
      await respond(`chat ${id}`, null);
      if (!found) throw new ApiError("not_found", "no such chat");
      return found;
    },
    acceptChat: (id: string) => respond(`accept ${id}`, chat({ id })),
    leaveChat: (id: string) => respond(`leave ${id}`, undefined),
    messages: async (id: string, place: PagePlace) => {
      const { held } = server;
      const page = await respond(`messages ${id} ${nameOf(place)}`, server.page);
      await held;
      return page;
    },
    signOut: () => respond("sign out", undefined),
    react: (_: string, seq: number, emoji: string, isOn: boolean) =>
      respond(`react ${seq} ${emoji} ${isOn}`, undefined),
    usersById: (ids: readonly string[]) => respond(`users ${ids}`, server.people),
  } as unknown as Api;

  let handlers: TabHandlers | undefined;
  const session = createSession({
    api,
    storage: device.storage,
    database: device.database,
    tab,
    now: () => clock.now,
    wallClock: () => clock.wall,
    random: () => 1,
    isAttended: () => true,
    onSignedOut: (reason) => void signedOut.push(reason),
    findRefusal: () => respond("refusal", server.refusal),
    connect: (given) => {
      handlers = given;
      return {
        send: (frame) => server.isOpen && sent.push(frame) > 0,
        connect() {},
        markLost() {},
        checkAlive: () => void asked.push("connection"),
        setVisible() {},
        disconnect() {},
        close() {},
      };
    },
  });
  const tellRaw = (frame: RawFrame) => handlers?.onFrame(frame);
  const tell = (frame: ServerFrame) => tellRaw(frame);

  function open(): void {
    server.isOpen = true;
    handlers?.onState("open");
  }

  /** Several handshakes were refused. */
  const refuse = () => handlers?.onState("refused");

  /** @param user the user whose cookie the connection has. */
  function welcome(user = ME): void {
    open();
    const serverTime = "2026-06-12T18:02:00.000Z";
    tell({ type: "welcome", session: ME, user, heartbeat: 30, serverTime });
  }

  /** Another tab of this browser was closed. */
  const loseTab = () => handlers?.onTabGone();

  await session.start();
  welcome();
  return {
    session,
    server,
    clock,
    sent,
    asked,
    signedOut,
    tell,
    tellRaw,
    open,
    refuse,
    welcome,
    loseTab,
    closeTab,
  };
}

function pageAfter(
  further: readonly Chat[],
  after: string,
): { chats: Chat[]; next: string | null } {
  const from = further.findIndex(({ id }) => id === after) + 1;
  const chats = further.slice(from, from + 2);
  return { chats, next: from + 2 < further.length ? (chats.at(-1)?.id ?? null) : null };
}

const nameOf = (place: PagePlace) =>
  place.at === "newest" ? place.at : `${place.at} ${place.seq}`;

function bootstrap(change: Partial<Bootstrap>): Bootstrap {
  return {
    me: user(ME, "mira"),
    chats: [chat()],
    moreChats: false,
    users: [user(TOMAS, "tomas", { avatar: "data:image/webp;base64,AA==", online: true })],
    blocks: [],
    serverTime: "2026-06-12T18:02:00.000Z",
    version: "0.1.0",
    ...change,
  };
}
