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
  maxFilesPerMessage: 10,
  /** Different emojis on one message. */
  maxEmojisPerMessage: 50,
  searchQuery: { max: 200 },
  maxMembersPerRequest: 100,
  page: { default: 50, max: 100 },
  /** Events that one `resume` replays for a chat before it answers `reset`. */
  maxReplayEvents: 1_000,
  /** Unread messages, and mentions among them, are counted up to here. */
  maxUnreadCount: 1_000,
  /** Bytes. */
  maxFrameBytes: 64 * 1024,
  maxJsonBytes: 1024 * 1024,
  maxAvatarBytes: 5 * 1024 * 1024,
  maxFileBytes: 25 * 1024 * 1024,
  /** Bytes that may wait for one reader before its socket is closed with 4429. */
  maxBackpressureBytes: 1024 * 1024,
  /**
   * Bytes of a session's frames that may wait for the other side, at the gateway and at the server;
   * each frame counts so many more than its text: tiny ones would fill the memory uncounted.
   */
  frameQueue: { maxBytes: 1024 * 1024, overheadBytesPerFrame: 64 },
  /**
   * How many frames of a type a session may send at once, and how many a second in the long run. What
   * was held while a server was away comes at once. Messages have a rate for each user instead.
   */
  frameRates: {
    ping: { burst: 2_000, perSecond: 100 },
    read: { burst: 2_000, perSecond: 20 },
    typing: { burst: 2_000, perSecond: 20 },
    resume: { burst: 256, perSecond: 10 },
    /** Frames refused for coming too fast, before the session is closed with 1008. */
    refused: { burst: 2_000, perSecond: 10 },
  },
  avatarSizePx: 128,
  /** Milliseconds. */
  heartbeatIntervalMs: 30_000,
  typingTimeoutMs: 6_000,
  offlineGraceMs: 5_000,
} as const;
