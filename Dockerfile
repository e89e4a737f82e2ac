# syntax=docker/dockerfile:1

FROM node:20-bookworm-slim AS pages
WORKDIR /src
COPY miniprogram-stub/package.json miniprogram-stub/package-lock.json miniprogram-stub/.npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY miniprogram-stub ./
RUN npm run build:h5

# The console's types come from the API's description; the build itself needs none of them.
FROM node:20-bookworm-slim AS console
WORKDIR /src
COPY console/package.json console/package-lock.json console/.npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY console ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
COPY --from=pages /src/dist/build/h5 web/shop
COPY --from=console /src/dist web/console
ARG VERSION=unknown
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -tags nomsgpack -ldflags "-s -w -X main.version=${VERSION}" -o /out/hutong ./cmd/hutong \
 && mkdir -p /out/data

# Root certificates, time zones, a user without rights, and nothing else: no shell.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/hutong /usr/bin/hutong
COPY --from=build --chown=nonroot:nonroot /out/data /var/lib/hutong
ENV HUTONG_SERVER__LISTEN=:8080 \
    HUTONG_SERVER__PRIVATE_LISTEN=:9090 \
    HUTONG_DATABASE__PATH=/var/lib/hutong/hutong.db \
    HUTONG_MEDIA__FOLDER=/var/lib/hutong/media \
    HUTONG_SEARCH__FOLDER=/var/lib/hutong/search
VOLUME /var/lib/hutong
EXPOSE 8080 9090
# The private port answers in every role.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["hutong", "doctor", "--ping", "http://127.0.0.1:9090/healthz"]
ENTRYPOINT ["hutong"]
CMD ["serve"]
