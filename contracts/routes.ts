/**
 * Every HTTP route of the server, as method and pattern: what the gateway knows of them, and the
 * `route` label of both processes' metrics. The server's own test holds its app against this table.
 */
export const SERVER_ROUTES = [
  ["GET", "/service/healthz"],
  ["GET", "/service/readyz"],
  ["GET", "/service/metrics"],
  ["POST", "/service/api/register"],
  ["POST", "/service/api/login"],
  ["POST", "/service/api/logout"],
  ["POST", "/service/api/session"],
  ["GET", "/service/api/sessions"],
  ["DELETE", "/service/api/sessions/:id"],
  ["GET", "/service/api/bootstrap"],
  ["GET", "/service/api/profile"],
  ["PATCH", "/service/api/profile"],
  ["POST", "/service/api/profile/password"],
  ["PUT", "/service/api/profile/avatar"],
  ["DELETE", "/service/api/profile/avatar"],
  ["GET", "/service/api/profile/:userId"],
  ["GET", "/service/api/users"],
  ["GET", "/service/api/chats"],
  ["POST", "/service/api/chats"],
  ["GET", "/service/api/chats/:id"],
  ["PATCH", "/service/api/chats/:id"],
  ["DELETE", "/service/api/chats/:id"],
  ["POST", "/service/api/chats/:id/join"],
  ["POST", "/service/api/chats/:id/leave"],
  ["POST", "/service/api/chats/:id/read"],
  ["GET", "/service/api/chats/:id/members"],
  ["PUT", "/service/api/chats/:id/members/:userId"],
  ["DELETE", "/service/api/chats/:id/members/:userId"],
  ["GET", "/service/api/messages"],
  ["POST", "/service/api/messages"],
  ["GET", "/service/api/messages/search"],
  ["PATCH", "/service/api/messages/:chat/:seq"],
  ["DELETE", "/service/api/messages/:chat/:seq"],
  ["PUT", "/service/api/messages/:chat/:seq/reactions/:emoji"],
  ["DELETE", "/service/api/messages/:chat/:seq/reactions/:emoji"],
  ["GET", "/service/api/block"],
  ["POST", "/service/api/block"],
  ["DELETE", "/service/api/block/:userId"],
  ["GET", "/service/api/openapi.json"],
] as const;

/** The methods that a path answers: RFC 9110, 15.5.6 wants them named in a 405. */
export function allowedMethods(path: string): string[] {
  return SERVER_ROUTES.filter(([, pattern]) => matches(pattern, path)).map(([method]) => method);
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith(":") ? given[index] !== "" : part === given[index],
    )
  );
}
