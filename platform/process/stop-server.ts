/** Milliseconds that requests on their way get when a server stops. */
const GRACE = 5_000;

/** Lets requests end that are on their way, and then cuts off whoever is left. */
export async function stopServer(server: { stop(now?: boolean): Promise<void> }): Promise<void> {
  const grace = Promise.withResolvers<void>();
  const timer = setTimeout(grace.resolve, GRACE);
  await Promise.race([server.stop(), grace.promise]);
  clearTimeout(timer);
  await server.stop(true);
}
