# Three stages, so that the image holds what runs and nothing that builds. Proven, without Docker, by `npm run test:docker`.

# The digest of a base differs by registry: `--build-arg NODE_IMAGE=node:24-slim@sha256:…` pins what yours shows.
ARG NODE_IMAGE=node:24-slim

FROM $NODE_IMAGE AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: the only one that we need elsewhere fetches Node 24, which is here already.
RUN npm ci --ignore-scripts
COPY codegen.ts tsconfig.json tsconfig.build.json ./
COPY schema schema
COPY resolvers resolvers
COPY src src
# Without GraphiQL: production serves no explorer, and Sandbox, where asked for, comes from the internet.
RUN npm run build:server

FROM $NODE_IMAGE AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM $NODE_IMAGE
LABEL org.opencontainers.image.title="geai-graph" \
      org.opencontainers.image.description="GraphQL federation subgraph over the REST APIs of Globant Enterprise AI" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.base.name="node:24-slim" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
# Owned by root: the process can read all of it and change none, so a read-only file system suits it as well.
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 4000
# Live, not ready: a platform that is down is no reason to restart us.
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.HEALTH_PORT || process.env.PORT) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Exec form: signals reach node, which drains on SIGTERM. No compile cache: of 0.6 s of CPU to load everything it saved less
# than 0.1 s, for 5 MB that would have to be made here or written at run time. No source maps: only types were erased.
CMD ["node", "dist/src/main.js"]
