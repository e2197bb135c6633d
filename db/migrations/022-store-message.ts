import { type Kysely, sql } from "kysely";

/**
 * Adds the functions by which the server reads what a send depends on, and stores a lone message
 * (docs/decisions/one-writer.md).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addSendPermissions(db);
  await addStoreMessage(db);
}

/**
 * The facts that decide whether a user may write in a chat; no row where one of the two does not exist.
 * PostgreSQL inlines the query. Each look-up has a limit, so that it uses the key whatever the
 * statistics say. A scalar subquery for each direction of a block is a look-up by the key too;
 * `exists`, or one condition for both, would read all blocks of the sender.
 */
async function addSendPermissions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function send_permissions(chat uuid, sender uuid, at timestamptz)
    returns table (
      kind text, role text, muted_until timestamptz, suspended_until timestamptz,
      blocked boolean, is_request boolean
    )
    language sql stable
    as $$
      select found.kind, member.role, member.muted_until, users.suspended_until,
        found.peer is not null and coalesce(
          (select true from blocks where blocker_id = found.peer and blocked_id = users.id
            and (expires_at is null or expires_at > at)),
          (select true from blocks where blocker_id = users.id and blocked_id = found.peer
            and (expires_at is null or expires_at > at)),
          false
        ),
        member.requested_by is not null
      from (
        select chats.kind, direct_peer(direct_key, sender) as peer from chats
        where id = chat limit 1
      ) as found
      cross join lateral (
        select id, suspended_until from users where id = sender limit 1
      ) as users
      left join lateral (
        select members.role, members.muted_until, requested_by from members
        where chat_id = chat and user_id = sender limit 1
      ) as member on true
    $$
  `.execute(db);
}

/**
 * Stores one message, if its sender's permissions are among the permitted ones (rows of
 * `send_permissions` as text), its reply target exists and its `client_id` is new.
 *
 * The permissions are read by a statement of their own behind the lock of the chat, so that they
 * include what was committed while this waited for the lock. The plans are made once, and use keys
 * whatever the statistics say.
 * @returns the `seq` of the message; null when nothing was stored.
 */
async function addStoreMessage(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function store_message(
      chat uuid, sender uuid, client uuid, content text, target bigint, at timestamptz,
      permitted text[]
    )
    returns bigint
    language plpgsql
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    as $$
    declare
      head bigint;
    begin
      select last_seq into head from chats where id = chat for no key update;
      perform from send_permissions(chat, sender, at) as actual where actual::text = any(permitted);
      if not found then
        return null;
      end if;
      if target is not null then
        perform from messages where chat_id = chat and seq = target;
        if not found then
          return null;
        end if;
      end if;
      insert into messages (chat_id, seq, sender_id, client_id, body, reply_to, created_at)
      values (chat, head + 1, sender, client, content, target, at)
      on conflict (sender_id, client_id) do nothing;
      if not found then
        return null;
      end if;
      update chats set last_seq = head + 1, last_at = at where id = chat;
      return head + 1;
    end
    $$
  `.execute(db);
}
