/** Sizes, counts and times that both ends of a wire rely on. */
export const LIMITS = {
  username: { min: 3, max: 32 },
  password: { min: 8, max: 256 },
  displayName: { min: 1, max: 64 },
  bio: { max: 500 },
  chatName: { min: 1, max: 80 },
  topic: { max: 250 },
  /** Characters of a message, counted as Unicode code points. */
  body: { max: 4_000 },
  filesPerMessage: 10,
  /** Different emojis on one message. */
  emojisPerMessage: 50,
  searchQuery: { max: 200 },
  invitesPerRequest: 100,
  page: { default: 50, max: 100 },
  /** Events that one `resume` replays for a chat before it answers `reset`. */
  replay: 1_000,
  /** Bytes. */
  frame: 64 * 1024,
  json: 1024 * 1024,
  avatar: 5 * 1024 * 1024,
  file: 25 * 1024 * 1024,
  /** Bytes that may wait for one reader before its socket is closed with 4429. */
  waiting: 1024 * 1024,
  avatarPixels: 128,
  /** Milliseconds. */
  heartbeat: 30_000,
  typing: 6_000,
  offlineGrace: 5_000,
} as const;
