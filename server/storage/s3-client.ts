import http from "node:http";
import https from "node:https";
import { Client } from "minio";

export interface S3ClientOptions {
  endpoint: URL;
  accessKey: string;
  secretKey: string;
  region: string;
  /** How long a request and its response may take. */
  timeoutMs: number;
  /** Whether the timeout ends with a successful response's header, because its body is streamed. */
  streamsBodies?: boolean;
}

/**
 * Creates a client whose requests time out, because minio-js has no timeout and can wait for ever
 * (https://github.com/minio/minio-js/issues/1479).
 */
export function createS3Client({
  endpoint,
  timeoutMs,
  streamsBodies,
  ...options
}: S3ClientOptions) {
  const secure = endpoint.protocol === "https:";
  const { request } = secure ? https : http;

  function requestWithTimeout(
    requestOptions: http.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const abort = new AbortController();
    const error = new Error("the object store did not respond in time");
    const timer = setTimeout(() => abort.abort(error), timeoutMs);
    return request({ ...requestOptions, signal: abort.signal }, (response) => {
      if (streamsBodies && (response.statusCode ?? 0) < 300) clearTimeout(timer);
      response.once("close", () => clearTimeout(timer));
      onResponse(response);
    }).once("error", () => clearTimeout(timer));
  }

  return new Client({
    endPoint: endpoint.hostname,
    port: Number(endpoint.port) || (secure ? 443 : 80),
    useSSL: secure,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    retryOptions: { disableRetry: true },
    transport: { request: requestWithTimeout } as never,
  });
}
