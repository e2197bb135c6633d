import { Refusal } from "./problem.ts";

/**
 * Refuses a body with a content coding, because nothing here decodes one, and the limits count the bytes
 * of what is decoded (RFC 9110, 8.4).
 * @throws Refusal `unsupported_media`, with the `Accept-Encoding` that RFC 9110, 15.5.16 asks for.
 */
export function throwIfEncoded(headers: Headers): void {
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "" && coding !== "identity")
    throw new Refusal("unsupported_media", "A body must have no Content-Encoding.", {
      acceptEncoding: "identity",
    });
}
