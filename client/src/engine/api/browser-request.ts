import { createRequest } from "./request.ts";

/** The request of this browser. */
export const request = createRequest({
  fetch: (url, init) => fetch(url, init),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});
