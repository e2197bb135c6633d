import type { SoakResult } from "./soak.ts";

/** Formats the result of a soak, one line per figure. */
export function describeSoak(result: SoakResult): string {
  const { requests, messages, unacknowledged, drops, holes, gateway, server } = result;
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  const { failed } = requests;
  return [
    `requests ${requests.requests}, retried ${requests.retried}, failed ${failed.length}`,
    ...failed.slice(0, 10).map((one) => `  ${one}`),
    `messages ${messages}, never acknowledged ${unacknowledged}, holes in received events ${holes}`,
    `sockets dropped ${drops.length}${drops.length > 0 ? ` (${drops.join(", ")})` : ""}`,
    `gateway ${mib(gateway.first)} before the first restart, ${mib(gateway.last)} at the end`,
    `server ${mib(server.first)} before the first restart, ${mib(server.last)} at the end`,
  ].join("\n");
}

/** Whether no request failed, no message was lost and no socket was closed. */
export function isClean({ requests, unacknowledged, drops, holes }: SoakResult): boolean {
  return requests.failed.length + unacknowledged + drops.length + holes === 0;
}
