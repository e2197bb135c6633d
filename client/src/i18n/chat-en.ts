import { pluralEn as plural } from "./plural-en.ts";

/** The words of the chat. */
export const chatEn = {
  chats: "Chats",
  requests: "Requests",
  moreRequests: (count: number) => `Show ${count.toLocaleString("en")} more`,
  moreChats: "Show more chats",
  channels: "Channels",
  people: "People",
  newChat: "New chat",
  beginChat: "Begin talking",
  jumpTo: "Jump to…",
  settings: "Settings",
  signOut: "Sign out",
  online: "Online",
  offline: "Offline",
  lastSeen: (when: string) => `Last seen ${when}`,
  back: "Back to chats",
  cancel: "Cancel",
  tryAgain: "Try again",
  loading: "Loading…",

  unread: (count: number) => plural(count, { one: "unread message", other: "unread messages" }),
  members: (count: number) => plural(count, { one: "member", other: "members" }),
  you: "You",

  noChats: "Nothing here yet",
  noChatsHint: "Make a channel for everyone, or write to somebody.",
  chooseChat: "It’s quiet here",
  chooseChatHint: "Choose a chat on the left, or begin a new one.",
  startFailed: "Your chats didn’t load",

  messages: "Messages",
  message: "Message",
  messagePlace: (name: string) => `Message ${name}`,
  send: "Send",
  attachFile: "Attach file",
  attachFileLater: "Files are coming in a later version",
  sending: "Sending…",
  notSent: "Not sent",
  goesByItself: "It goes by itself once the connection is back.",
  retry: "Retry",
  discard: "Discard",
  leftCharacters: (count: number) => `${count}`,
  tooLong: (count: number) =>
    `${plural(count, { one: "character", other: "characters" })} too many`,
  messageTools: "What to do with it",
  react: "React",
  reply: "Reply",
  more: "More",
  reactions: "Reactions",
  reactedBy: (names: readonly string[], others: number) =>
    [...names, ...(others > 0 ? [plural(others, { one: "other", other: "others" })] : [])].join(
      ", ",
    ),
  replyingTo: "Replying to",
  editing: "Editing your message",
  toQuoted: "Go to this message",
  earlierMessage: "An earlier message",
  messageGone: "That message isn’t here any more.",
  searchHere: "Search here",
  edited: "edited",
  deleted: "This message was deleted",
  newMessages: "New",
  toFirstUnread: "Jump to first unread",
  markRead: "Mark as read",
  toNewest: "To the newest messages",
  reconnecting: "Reconnecting…",
  /** Why connections are refused, by the code of the problem. */
  refusals: {
    cross_site:
      "No live connection: the server expects this page at another address. Its operator must set PUBLIC_ORIGIN.",
    upgrade_required:
      "No live connection: something on the way, such as a proxy, lets no WebSockets through. The server’s operator can help.",
  } as Readonly<Record<string, string>>,
  connectionStopped: "The connection was closed.",
  reconnect: "Reconnect",
  dialogNotLoaded: "This part of the page didn’t load. Try again, or reload the page.",
  historyFailed: "The messages didn’t load",
  channelBegins: (name: string) => `This is where ${name} begins`,
  directBegins: (name: string) => `This is where you and ${name} begin`,
  beginsHint: "Say something to get it going.",
  typingOne: (name: string) => `${name} is typing…`,
  typingTwo: (first: string, second: string) => `${first} and ${second} are typing…`,
  typingMany: "Several people are typing…",
  foldedMessages: (name: string) => `${name}, whom you blocked, wrote here.`,
  show: "Show",
  someone: "Someone",
  formerUser: "Former member",

  blockedLine: (name: string) => `You blocked ${name}.`,
  blockedUntil: (when: string) => `Blocked until ${when}`,
  blockedForSeconds: (count: number) =>
    `Blocked for ${plural(count, { one: "second", other: "seconds" })}`,
  blockedForGood: "Blocked until you unblock",
  unblock: "Unblock",

  aboutChat: "Members and more",
  request: "Request",
  directRequest: (name: string) =>
    `${name} wants to talk to you. They don’t learn whether you have read this.`,
  groupRequest: (name: string) => `Somebody you share no chat with put you into ${name}.`,
  accept: "Accept",
  decline: "Decline",
  block: "Block",

  noSuchChat: "This chat isn’t here",
  noSuchChatHint: "It may have been removed, or it isn’t for you.",
  toChats: "To your chats",
  join: "Join",
  joinTitle: (name: string) => `Join ${name}?`,

  browseChannels: "Browse channels",

  displayName: "Display name",
  save: "Save",
};

export type ChatWords = typeof chatEn;
