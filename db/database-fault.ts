/** A fault of the configuration or of the database that no further try mends; the message is one line for an operator. */
export class DatabaseFault extends Error {}

/** What a failed attempt to reach the database means for the next one. */
export type ConnectFailure =
  /** The database may be reachable later. */
  | { readonly kind: "away"; readonly reason: string }
  /** The database refuses what `DATABASE_URL` says. */
  | { readonly kind: "refused"; readonly fault: string }
  | { readonly kind: "unknown" };

/** What `DATABASE_URL` must name, by the SQLSTATE with which PostgreSQL refuses it. */
const REFUSALS: Readonly<Record<string, string>> = {
  "28P01": "must name a user and a password that the database accepts",
  "28000": "must name a user and a kind of connection (sslmode) that the database admits",
  "3D000": "must name a database that exists",
  "42501": "must name a user who may connect and create tables",
};

/**
 * Errors after which the database may still come: of the network, of a name that is not known yet, and
 * of a database that starts (57P03), stops (57P01, 57P02), is full of connections (53300) or breaks a
 * connection (class 08).
 */
const AWAY = /^(08...|57P0[123]|53...|E(?!RR_)[A-Z_]+)$/;
/** Errors of the driver without a code: a connection that was cut, or that took too long. */
const AWAY_MESSAGE = /terminated|timeout/i;
const TLS_MESSAGE = /\b(SSL|TLS|certificate)\b/i;
const TLS_CODE = /CERT|TLS|SSL|ISSUER|SIGNED/;

/** Decides whether a failed attempt to reach the database is worth another. */
export function classifyConnectFailure(error: unknown): ConnectFailure {
  const { code = "", message, syscall } = error as NodeJS.ErrnoException;
  const rule = REFUSALS[code] ?? ruleBeyondCodes(code, message, syscall);
  const reason = code === "" || message.includes(code) ? message : `${message} (${code})`;
  if (rule !== undefined) return { kind: "refused", fault: `DATABASE_URL ${rule}: ${reason}` };
  const isAway = code === "" ? AWAY_MESSAGE.test(message) : AWAY.test(code);
  return isAway ? { kind: "away", reason } : { kind: "unknown" };
}

/** A pooler answers with one code for everything (08P01). */
const POOLER_REFUSAL = /authentication failed|no such (user|database)|does not exist|unsupported/i;

function ruleBeyondCodes(code: string, message: string, syscall?: string): string | undefined {
  if (code === "08P01" && POOLER_REFUSAL.test(message))
    return "must name a user, a password and a database that the pooler accepts";
  // A file that `DATABASE_URL` names, such as `sslrootcert`; a socket that does not exist yet fails in `connect`.
  if (/^(ENOENT|EACCES|EISDIR)$/.test(code) && syscall !== "connect")
    return "must name files that can be read";
  const isTls = TLS_CODE.test(code) || (code === "" && TLS_MESSAGE.test(message));
  return isTls ? "must ask for TLS as the database offers it (sslmode)" : undefined;
}

/** @returns a fault where the database refuses what `DATABASE_URL` says, and any other error unchanged. */
export function asDatabaseFault(error: unknown): unknown {
  const failure = classifyConnectFailure(error);
  return failure.kind === "refused" ? new DatabaseFault(failure.fault) : error;
}
