// biome-ignore lint/suspicious/noExplicitAny: rows as the driver returns them.
type Row = any;

const MESSAGE = `message.chat_id, message.seq, message.client_id, message.sender_id, message.body,
  message.reply_to, message.edited_at, message.deleted_at, message.created_at as sent_at`;

const reactionsOf = (viewer: string) => `(
  select json_agg(json_build_object('emoji', emoji, 'count', count, 'mine', mine))
  from (
    select emoji, count(*) as count, bool_or(user_id = ${viewer}) as mine from reactions
    where chat_id = message.chat_id and seq = message.seq group by emoji order by min(since)
  ) as grouped
) as reactions`;

/** The selects that an author writes who forgets rights, blocks, files and requests. */
export const SELECTS = {
  session: "select user_id, expires_at from sessions where id = $1",
  users: `select id, username, display_name, bio, role, last_seen_at, created_at
    from users where id = any($1::uuid[])`,
  messages: `select ${MESSAGE}, ${reactionsOf("$2")} from messages as message
    where chat_id = $1 order by seq desc limit $3`,
  chats: `select chats.id, kind, visibility, name, topic, members, last_seq, chats.created_at, role,
      read_seq, direct_peer(direct_key, $1) as peer, ${MESSAGE}, ${reactionsOf("$1")}
    from members join chats on chats.id = members.chat_id
    left join lateral (
      select * from messages where chat_id = chats.id order by seq desc limit 1
    ) as message on true
    where members.user_id = $1 order by last_at desc limit 200`,
};

export function showUser(row: Row, avatar: string | undefined) {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    bio: row.bio,
    role: row.role,
    avatar: avatar ?? null,
    online: false,
    lastSeenAt: row.last_seen_at,
    createdAt: row.created_at,
  };
}

export function showMessage(row: Row) {
  return {
    chat: row.chat_id,
    seq: row.seq,
    clientId: row.client_id,
    sender: row.sender_id,
    body: row.body,
    replyTo: row.reply_to,
    files: [],
    reactions: row.reactions ?? [],
    editedAt: row.edited_at,
    deletedAt: row.deleted_at,
    createdAt: row.sent_at,
  };
}

export function showChat(row: Row, peer: ReturnType<typeof showUser> | undefined) {
  return {
    id: row.id,
    kind: row.kind,
    visibility: row.visibility,
    name: row.name,
    topic: row.topic,
    members: row.members,
    role: row.role,
    request: false,
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    unread: row.last_seq - row.read_seq,
    mentions: 0,
    lastMessage: row.chat_id === null ? null : showMessage(row),
    ...(peer && { peer }),
    createdAt: row.created_at,
  };
}
