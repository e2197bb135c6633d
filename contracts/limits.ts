/** Sizes, counts and times on which client, gateway and server rely. */
export const LIMITS = {
  username: { min: 3, max: 32 },
  password: { min: 8, max: 256 },
  /** A sign-in above it ends the user's oldest session. */
  maxSessionsPerUser: 50,
  displayName: { min: 1, max: 64 },
  bio: { max: 500 },
  maxProfileChangesPerMinute: 10,
  chatName: { min: 1, max: 80 },
  topic: { max: 250 },
  /** Unicode code points of a message. */
  body: { max: 4_000 },
  maxFilesPerMessage: 10,
  /** Different emojis on one message. */
  maxEmojisPerMessage: 50,
  searchQuery: { max: 200 },
  /** Blocks that one user may have made. */
  maxBlocks: 1_000,
  /** Different words of a search; each is looked for in every text that the search reads. */
  maxSearchWords: 16,
  maxMembersPerRequest: 100,
  /**
   * Chats that a user may be in, requests included; chats that a user may make in 24 hours; and the
   * newest chats that the bootstrap brings.
   */
  chats: { max: 1_000, madePerDay: 100, inBootstrap: 200 },
  /**
   * Requests that one user may have open at others, and others at one user; and how long after the end
   * of a request the same user may not put the other into a chat again.
   */
  requests: { open: 20, received: 100, pauseMs: 30 * 24 * 60 * 60 * 1_000 },
  page: { default: 50, max: 100 },
  /** Events that one `resume` replays for a chat; with more, the server sends `reset`. */
  maxReplayEvents: 1_000,
  /** Upper bound of the counts of unread messages and of mentions. */
  maxUnreadCount: 1_000,
  maxFrameBytes: 64 * 1024,
  /** The body of a sign-in or a registration. */
  maxCredentialsBytes: 4 * 1024,
  maxJsonBytes: 1024 * 1024,
  maxAvatarBytes: 5 * 1024 * 1024,
  maxFileBytes: 25 * 1024 * 1024,
  /** How long a body that the gateway buffers may take from its first byte to its last, in milliseconds. */
  bufferedBodyMs: 10_000,
  /**
   * Bodies that the gateway buffers: how many may be unfinished, and how many bytes of them may be in
   * memory until their requests are answered. For each user (without a token: each address), for each
   * address, and in all.
   */
  bufferedBodies: {
    perUser: { unfinished: 50, bytes: 4 * 1024 * 1024 },
    perAddress: { unfinished: 200, bytes: 8 * 1024 * 1024 },
    total: { unfinished: 4_000, bytes: 64 * 1024 * 1024 },
  },
  /**
   * Bodies in transfer at a time: uploads that the gateway streams, and responses over 64 KiB or of
   * unknown length.
   * Each holds a connection to the server, and up to 1.5 MB (upload) or 0.3 MB (download) of memory.
   */
  transfers: {
    upload: { perUser: 20, perAddress: 100, total: 200 },
    download: { perUser: 100, perAddress: 500, total: 1_000 },
  },
  /**
   * Bytes that wait for readers. A socket is closed with 4429 when more than `readerBytes` wait for it, or
   * when more than `lastingBytes` have waited for longer than `lastingMs`. Above `userBytes` for the
   * sockets of one user, or `allBytes` for those of the process, the sockets with the most are ended.
   */
  backlog: {
    lastingBytes: 1024 * 1024,
    lastingMs: 5_000,
    readerBytes: 16 * 1024 * 1024,
    userBytes: 32 * 1024 * 1024,
    allBytes: 256 * 1024 * 1024,
  },
  /**
   * Bytes of one connection's frames that the gateway or the server queues. Each frame counts the
   * overhead besides its text, because many tiny frames take more memory than their texts.
   */
  frameQueue: { maxBytes: 1024 * 1024, overheadBytesPerFrame: 64 },
  /**
   * Frames of a type that one connection may send in a burst, and per second in the long run. Frames
   * that were queued while the server was down arrive in a burst. Messages are limited by user instead.
   */
  frameRates: {
    ping: { burst: 2_000, perSecond: 100 },
    read: { burst: 2_000, perSecond: 20 },
    typing: { burst: 2_000, perSecond: 20 },
    resume: { burst: 256, perSecond: 10 },
    /** Frames refused above a rate, before the connection is closed with 1008. */
    refused: { burst: 2_000, perSecond: 10 },
  },
  avatarSizePx: 128,
  /** Pixels a side of an uploaded picture, and in all. */
  picture: { maxSidePx: 16_384, maxPixels: 40_000_000 },
  heartbeatIntervalMs: 30_000,
  typingTimeoutMs: 6_000,
  offlineGraceMs: 5_000,
} as const;
