import { createRequest } from "./request.ts";

/** Sends requests by the `fetch` of this browser. */
export const request = createRequest({
  fetch: (url, init) => fetch(url, init),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});
