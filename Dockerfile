# syntax=docker/dockerfile:1
# One target per process: docker build --target server . and docker build --target gateway .

FROM oven/bun:1.4.5 AS manifests
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
COPY contracts/package.json contracts/
COPY platform/package.json platform/
COPY db/package.json db/
COPY server/package.json server/
COPY gateway/package.json gateway/
COPY gateway/upstream/package.json gateway/upstream/
COPY client/package.json client/

FROM manifests AS page
RUN bun install --frozen-lockfile --filter @parley/client
COPY tsconfig.base.json ./
COPY contracts contracts
COPY client client
RUN cd client && bun node_modules/vite/bin/vite.js build

FROM manifests AS packages
RUN bun install --frozen-lockfile --production --filter @parley/server --filter @parley/gateway

FROM oven/bun:1.4.5-slim AS runtime
WORKDIR /app
ENV NODE_ENV=production
COPY --from=packages /app ./
COPY contracts contracts
COPY platform platform
COPY db db
COPY server server
COPY gateway gateway
COPY --from=page /app/client/dist client/dist
USER bun

FROM runtime AS server
EXPOSE 8081
CMD ["bun", "server/main.ts"]

FROM runtime AS gateway
EXPOSE 8080
CMD ["bun", "gateway/main.ts"]
