# Two stages: one that compiles, one that holds the binary and nothing else.
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Cargo.toml Cargo.lock build.rs ./
COPY .cargo .cargo
COPY .sqlx .sqlx
COPY migrations migrations
COPY src src
COPY static static
COPY templates templates
# the manifest names them; nothing of them is compiled here
COPY tests tests
ENV SQLX_OFFLINE=true
RUN cargo build --locked --profile dist --bin quire

FROM debian:bookworm-slim
# the authorities that outgoing requests trust
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin quire \
    && mkdir /data && chown quire /data
COPY --from=build /build/target/dist/quire /usr/local/bin/quire
USER quire
VOLUME /data
ENV QUIRE_DATA_DIR=/data QUIRE_LISTEN=0.0.0.0:3000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["quire", "doctor"]
ENTRYPOINT ["quire"]
CMD ["serve"]
