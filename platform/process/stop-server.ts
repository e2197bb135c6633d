/** How long requests in flight may take when a server stops. */
const STOP_TIMEOUT_MS = 5_000;

/** Lets requests in flight end, and closes the connections that are left after {@link STOP_TIMEOUT_MS}. */
export async function stopServer(server: { stop(now?: boolean): Promise<void> }): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, STOP_TIMEOUT_MS);
  await Promise.race([server.stop(), timeout.promise]);
  clearTimeout(timer);
  await server.stop(true);
}
