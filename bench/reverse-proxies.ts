import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { startDaemon } from "../test/parts/daemon.ts";
import { untilReady } from "../test/stack/program.ts";

/** A running nginx or Caddy in front of the server. */
export interface ReverseProxy extends AsyncDisposable {
  readonly url: string;
}

/** Starts nginx with a worker per core, keep-alive to the server and no log; it serves `folder` under `/assets/`. */
export function startNginx(serverUrl: string, folder: string): Promise<ReverseProxy> {
  return start("nginx.conf", nginxConfig(serverUrl, folder), (config, home) => [
    "nginx",
    ...["-p", home, "-c", config, "-e", "stderr"],
  ]);
}

/** Starts Caddy with its defaults, keep-alive to the server and no log. */
export function startCaddy(serverUrl: string): Promise<ReverseProxy> {
  return start("Caddyfile", caddyConfig(serverUrl), (config) => [
    "caddy",
    ...["run", "--config", config, "--adapter", "caddyfile"],
  ]);
}

async function start(
  name: string,
  configure: (port: number, home: string) => string,
  command: (config: string, home: string) => string[],
): Promise<ReverseProxy> {
  await using parts = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), "parley-bench-"));
  parts.defer(() => rm(home, { recursive: true }));
  await mkdir(join(home, "temp"));
  const port = freePort();
  await writeFile(join(home, name), configure(port, home));
  const env = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  parts.use(startDaemon(command(join(home, name), home), { env, logFile: join(home, "log") }));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(`${url}/service/healthz`);
  const running = parts.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function nginxConfig(serverUrl: string, folder: string) {
  return (port: number, home: string) => `
    ${process.getuid?.() === 0 ? "user root;" : ""}
    daemon off;
    pid ${home}/pid;
    worker_processes auto;
    events { worker_connections 1024; }
    http {
      access_log off;
      include /etc/nginx/mime.types;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 1000000000;
      client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp;
      uwsgi_temp_path temp; scgi_temp_path temp;
      upstream server { server ${new URL(serverUrl).host}; keepalive 64; keepalive_requests 1000000000; }
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass http://server; proxy_http_version 1.1; proxy_set_header Connection ""; }
        location /assets/ { root ${folder}; gzip_static on; expires max; }
      }
    }
  `;
}

function caddyConfig(serverUrl: string) {
  return (port: number) => `
    {
      admin off
      auto_https off
    }
    http://127.0.0.1:${port} {
      reverse_proxy ${new URL(serverUrl).host} {
        transport http {
          keepalive_idle_conns_per_host 64
        }
      }
    }
  `;
}
