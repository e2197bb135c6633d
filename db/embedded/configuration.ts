/** PostgreSQL's configuration, by the names of its parameters. */
export type Configuration = Readonly<Record<string, string>>;

/**
 * The configuration of the embedded database: for one server of Parley on a small machine.
 * @see https://www.postgresql.org/docs/18/runtime-config.html
 */
export const CONFIGURATION: Configuration = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  // The server's pools have sixteen connections, and two servers may overlap for a moment.
  max_connections: "40",
  // The system's page cache holds the rest.
  shared_buffers: "32MB",
  // Workers would take memory for each, and processors from the server.
  io_method: "sync",
  max_parallel_workers_per_gather: "0",
  max_parallel_maintenance_workers: "0",
  // Nothing reads the log but the recovery after a crash.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_logical_replication_workers: "0",
  // Modest, because the log and the data share a disk that may be small.
  min_wal_size: "16MB",
  max_wal_size: "128MB",
  fsync: "on",
  log_timezone: "UTC",
  timezone: "UTC",
  lc_messages: "C",
  // The lines are read by `start-postmaster.ts`; details of an error may hold what people wrote.
  log_line_prefix: "",
  log_min_messages: "error",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

/** Megabytes of a segment of the log: PostgreSQL's default of 16 would be a third of a small disk. */
export const WAL_SEGMENT_MB = 4;

/** The configuration as arguments of `postgres`. */
export function configurationArguments(configuration: Configuration): string[] {
  return Object.entries(configuration).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
