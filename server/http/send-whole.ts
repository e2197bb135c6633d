import { wholeBody } from "@parley/platform/http/whole-body";
import type { Context } from "hono";

type Options = readonly [init?: number | ResponseInit, headers?: Record<string, string>];

/** Lets `c.body` and `c.json` send head and body in one system call, whatever the size of the body. */
export function sendWhole(c: Context): undefined {
  const send = c.body as (body: Bun.BodyInit | null, ...options: Options) => Response;
  const body = (data: Bun.BodyInit | null, ...options: Options) =>
    send(isWhole(data) ? wholeBody(data) : data, ...options);
  const json = (value: unknown, init?: Options[0], headers?: Options[1]) =>
    body(JSON.stringify(value), init, { "content-type": "application/json", ...headers });
  Object.assign(c, { body, json });
}

function isWhole(data: Bun.BodyInit | null): data is string | Uint8Array<ArrayBuffer> {
  return typeof data === "string" || data instanceof Uint8Array;
}
