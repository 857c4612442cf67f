# Streamprint: service, worker and probe are commands of one image.
#   docker build -t streamprint .
#   docker run --read-only --tmpfs /tmp -v streamprint:/data -p 127.0.0.1:8080:8080 streamprint
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY fingerprints fingerprints
COPY workers workers
COPY src src
COPY samples samples
COPY bench bench
COPY test test
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
# Broadcasts (UDP, RTP, RTMP, RTSP, SRT) are captured by the ffmpeg program; files and HTTP need none.
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /data /blobs && chown node:node /data /blobs
WORKDIR /streamprint
ENV NODE_ENV=production STREAMPRINT_LOG=json
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist/fingerprints dist/fingerprints
COPY --from=build /build/dist/workers dist/workers
COPY --from=build /build/dist/src dist/src
COPY --from=build /build/dist/web dist/web
COPY bin/streamprint bin/streamprint
# Nothing is written but in /data, /blobs and /tmp: the root may be read-only.
USER node
VOLUME ["/data", "/blobs"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/streamprint", "--data", "/data"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
