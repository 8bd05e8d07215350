package dev.sprocket.checks.keys;

import java.util.List;

/**
 * Keys and names that {@code sprocket config} prints.
 *
 * <p>Tests write configurations with these constants only, so a renamed key changes one line.
 */
public enum Key {
    // the server
    LISTENERS("listeners.NAME"),
    LISTENER_ADDRESS("listeners.NAME.address"),
    LISTENER_MODE("listeners.NAME.mode"),
    LISTENER_TLS("listeners.NAME.tls"),
    TLS_CERTIFICATE("listeners.NAME.tls.certificate"),
    TLS_KEY("listeners.NAME.tls.key"),
    TLS_PASSPHRASE("listeners.NAME.tls.passphrase"),
    TLS_PROTOCOLS("listeners.NAME.tls.protocols"),
    TLS_PROVIDER("listeners.NAME.tls.provider"),
    TLS_TICKET_ROTATION("listeners.NAME.tls.ticket-rotation"),
    TLS_OCSP_RESPONSE("listeners.NAME.tls.ocsp-response"),
    TLS_CLIENT_ROOTS("listeners.NAME.tls.client-roots"),
    TLS_CLIENT_CERTIFICATE("listeners.NAME.tls.client-certificate"),
    LISTENER_PROXY_PROTOCOL("listeners.NAME.proxy-protocol"),
    LISTENER_PROXIES("listeners.NAME.proxies"),
    LISTENER_OUTBOUND_LIMIT("listeners.NAME.outbound-limit"),
    LISTENER_OVERFLOW("listeners.NAME.overflow"),
    LISTENER_LAYERS("listeners.NAME.layers"),
    LISTENER_COMPONENT("listeners.NAME.component"),
    LISTENER_ROUTES("listeners.NAME.routes"),
    ROUTE_PATH("listeners.NAME.routes.path"),
    ROUTE_HOST("listeners.NAME.routes.host"),
    ROUTE_LAYERS("listeners.NAME.routes.layers"),
    ROUTE_COMPONENT("listeners.NAME.routes.component"),
    LISTENER_HEALTH("listeners.NAME.health"),
    BRIDGES("bridges.NAME"),
    BRIDGE_TYPE("bridges.NAME.type"),
    BRIDGE_LAYERS("bridges.NAME.layers"),
    TOPICS("topics.NAME"),
    TOPICS_SUBSCRIBE("topics.NAME.subscribe"),
    TOPICS_PUBLISH("topics.NAME.publish"),
    TOPICS_RATE("topics.NAME.rate"),
    TOPICS_BATCH_WINDOW("topics.NAME.batch-window"),
    TOPICS_OVERFLOW("topics.NAME.overflow"),
    TOPICS_HISTORY("topics.NAME.history"),
    TOPICS_HISTORY_SIZE("topics.NAME.history.size"),
    TOPICS_HISTORY_TTL("topics.NAME.history.ttl"),
    TOPICS_HISTORY_MAX_BYTES("topics.NAME.history.max-bytes"),
    ENGINE("engine"),
    NODE_NAME("node-name"),
    NODE_LEASE("node-lease"),
    NODE_BEAT("node-beat"),
    READY_GRACE("ready-grace"),
    HISTORY_MEMORY_LIMIT("history-memory-limit"),
    EVENT_KEY_TTL("event-key-ttl"),
    EVENT_KEY_MEMORY_LIMIT("event-key-memory-limit"),
    EVENT_VERSION_MEMORY_LIMIT("event-version-memory-limit"),
    PROCEDURES("procedures.NAME"),
    PROCEDURES_CALL("procedures.NAME.call"),
    PROCEDURES_REGISTER("procedures.NAME.register"),
    PROCEDURES_HIDDEN("procedures.NAME.hidden"),
    DEFAULT_ACCESS("default-access"),
    DEFAULT_ACCESS_SUBSCRIBE("default-access.subscribe"),
    DEFAULT_ACCESS_PUBLISH("default-access.publish"),
    DEFAULT_ACCESS_CALL("default-access.call"),
    DEFAULT_ACCESS_REGISTER("default-access.register"),
    TOPIC_FIELD("topic-field"),
    PLUGINS("plugins"),
    PLUGINS_DIRECTORY("plugins.directory"),
    PLUGINS_DISABLED("plugins.disabled"),
    EVENT_LOOPS("event-loops"),
    INBOUND_MEMORY_LIMIT("inbound-memory-limit"),
    MAX_CONNECTIONS("max-connections"),
    SHUTDOWN_TIMEOUT("shutdown-timeout"),
    LOG("log"),
    LOG_FORMAT("log.format"),
    LOG_LEVEL("log.level"),
    LOG_LEVELS("log.levels"),

    // layers
    ACCESS_LOG("layers.access-log"),
    ACCESS_LOG_FORMAT("layers.access-log.format"),
    ACCESS_LOG_FILE("layers.access-log.file"),
    ACCESS_LOG_QUERY("layers.access-log.query"),
    BASIC_AUTH("layers.basic-auth"),
    BASIC_AUTH_REALM("layers.basic-auth.realm"),
    BASIC_AUTH_USERS("layers.basic-auth.users"),
    BASIC_AUTH_USERS_USER("layers.basic-auth.users.user"),
    BASIC_AUTH_USERS_PASSWORD("layers.basic-auth.users.password"),
    BASIC_AUTH_USERS_ROLES("layers.basic-auth.users.roles"),
    BEARER_AUTH("layers.bearer-auth"),
    BEARER_AUTH_REALM("layers.bearer-auth.realm"),
    BEARER_AUTH_USERS("layers.bearer-auth.users"),
    BEARER_AUTH_USERS_USER("layers.bearer-auth.users.user"),
    BEARER_AUTH_USERS_TOKEN("layers.bearer-auth.users.token"),
    BEARER_AUTH_USERS_ROLES("layers.bearer-auth.users.roles"),
    COMET("layers.comet"),
    COMET_MAX_CONNECTIONS("layers.comet.max-connections"),
    COMET_RECONNECT_TIMEOUT("layers.comet.reconnect-timeout"),
    COMET_POLL_TIMEOUT("layers.comet.poll-timeout"),
    COMET_KEEP_ALIVE_INTERVAL("layers.comet.keep-alive-interval"),
    COMET_REPLAY_BUFFER("layers.comet.replay-buffer"),
    COMET_OUTBOUND_LIMIT("layers.comet.outbound-limit"),
    COMET_OVERFLOW("layers.comet.overflow"),
    SINGLE_THREADED("layers.single-threaded"),
    CORS("layers.cors"),
    CORS_ALLOW("layers.cors.allow"),
    CORS_SAME_HOST("layers.cors.same-host"),
    CORS_METHODS("layers.cors.methods"),
    CORS_HEADERS("layers.cors.headers"),
    CORS_CREDENTIALS("layers.cors.credentials"),
    HTTP("layers.http"),
    HTTP_MAX_HEADER_SIZE("layers.http.max-header-size"),
    HTTP_MAX_HEADERS("layers.http.max-headers"),
    HTTP_MAX_BODY_SIZE("layers.http.max-body-size"),
    HTTP_HEADER_TIMEOUT("layers.http.header-timeout"),
    HTTP_BODY_IDLE_TIMEOUT("layers.http.body-idle-timeout"),
    HTTP_BODY_TIMEOUT("layers.http.body-timeout"),
    HTTP_MIN_BODY_RATE("layers.http.min-body-rate"),
    HTTP_RESPONSE_TIMEOUT("layers.http.response-timeout"),
    HTTP_KEEP_ALIVE_TIMEOUT("layers.http.keep-alive-timeout"),
    IP_FILTER("layers.ip-filter"),
    IP_FILTER_ALLOW("layers.ip-filter.allow"),
    IP_FILTER_DENY("layers.ip-filter.deny"),
    LIMITER("layers.limiter"),
    LIMITER_MAX_CONNECTIONS("layers.limiter.max-connections"),
    LIMITER_MAX_CONNECTIONS_PER_ADDRESS("layers.limiter.max-connections-per-address"),
    LIMITER_MESSAGES_PER_SECOND("layers.limiter.messages-per-second"),
    LIMITER_BYTES_PER_SECOND("layers.limiter.bytes-per-second"),
    LIMITER_ON_EXCESS("layers.limiter.on-excess"),
    LINES("layers.lines"),
    LINES_MAX_LINE_LENGTH("layers.lines.max-line-length"),
    LOGGER("layers.logger"),
    LOGGER_NAME("layers.logger.name"),
    LOGGER_LOG_CONTENT("layers.logger.log-content"),
    ORIGIN_CHECK("layers.origin-check"),
    ORIGIN_CHECK_ALLOW("layers.origin-check.allow"),
    ORIGIN_CHECK_SAME_HOST("layers.origin-check.same-host"),
    ORIGIN_CHECK_WITHOUT_ORIGIN("layers.origin-check.without-origin"),
    RAWSOCKET_LAYER("layers.rawsocket"),
    RAWSOCKET_LAYER_MAX_MESSAGE_SIZE("layers.rawsocket.max-message-size"),
    CERTIFICATE_AUTH("layers.certificate-auth"),
    CERTIFICATE_AUTH_NAME("layers.certificate-auth.name"),
    CERTIFICATE_AUTH_ROLES("layers.certificate-auth.roles"),
    CERTIFICATE_AUTH_UNIT_ROLES("layers.certificate-auth.unit-roles"),
    REQUIRE_ROLE("layers.require-role"),
    REQUIRE_ROLE_ROLE("layers.require-role.role"),
    SESSION("layers.session"),
    SESSION_STORE("layers.session.store"),
    SESSION_CODEC("layers.session.codec"),
    SESSION_COOKIE("layers.session.cookie"),
    SESSION_TOKEN("layers.session.token"),
    SESSION_USER("layers.session.user"),
    SESSION_ROLES("layers.session.roles"),
    SESSION_REQUIRED("layers.session.required"),
    SESSION_WRITABLE("layers.session.writable"),
    SESSION_STORE_TIMEOUT("layers.session.store-timeout"),
    SESSION_WATCH_INTERVAL("layers.session.watch-interval"),
    SLOW_CALLBACKS("layers.slow-callbacks"),
    SLOW_CALLBACKS_THRESHOLD("layers.slow-callbacks.threshold"),
    TRUSTED_PROXIES("layers.trusted-proxies"),
    TRUSTED_PROXIES_PROXIES("layers.trusted-proxies.proxies"),
    TRUSTED_PROXIES_HEADERS("layers.trusted-proxies.headers"),
    WAMP("layers.wamp"),
    WAMP_CURIES("layers.wamp.curies"),
    WAMP_SILENT_DISCONNECT("layers.wamp.silent-disconnect"),
    WAMP_MAX_SUBSCRIPTIONS("layers.wamp.max-subscriptions"),
    WAMP_MAX_PREFIXES("layers.wamp.max-prefixes"),
    WAMP_REALM("layers.wamp.realm"),
    WAMP_REQUEST_IDS("layers.wamp.request-ids"),
    WAMP_PRIVATE_TOPICS("layers.wamp.private-topics"),
    WAMP_STRICT_URIS("layers.wamp.strict-uris"),
    WAMP_MAX_REGISTRATIONS("layers.wamp.max-registrations"),
    WAMP_META_API("layers.wamp.meta-api"),
    WAMP_SESSION_KILL("layers.wamp.session-kill"),
    WAMP_MAX_BYTES_PER_CLIENT("layers.wamp.max-bytes-per-client"),
    WAMP_MAX_BYTES_PER_REALM("layers.wamp.max-bytes-per-realm"),
    WAMP_RETAINED_TTL("layers.wamp.retained-ttl"),
    WAMP_MAX_PATTERNS_PER_TOPIC("layers.wamp.max-patterns-per-topic"),
    WAMP_USERS("layers.wamp.users"),
    WAMP_USERS_USER("layers.wamp.users.user"),
    WAMP_USERS_ROLE("layers.wamp.users.role"),
    WAMP_USERS_TICKET("layers.wamp.users.ticket"),
    WAMP_USERS_SECRET("layers.wamp.users.secret"),
    WAMP_USERS_PUBLIC_KEY("layers.wamp.users.public-key"),
    WAMP_ALLOW_ANONYMOUS("layers.wamp.allow-anonymous"),
    WAMP_VERSIONS("layers.wamp.versions"),
    WAMP_SERIALIZATIONS("layers.wamp.serializations"),
    WAMP_LOGINS("layers.wamp.logins"),
    WAMP_TOPICS("layers.wamp.topics.NAME"),
    WAMP_TOPICS_SUBSCRIBE("layers.wamp.topics.NAME.subscribe"),
    WAMP_TOPICS_PUBLISH("layers.wamp.topics.NAME.publish"),
    WAMP_TOPICS_RATE("layers.wamp.topics.NAME.rate"),
    WAMP_TOPICS_BATCH_WINDOW("layers.wamp.topics.NAME.batch-window"),
    WAMP_TOPICS_OVERFLOW("layers.wamp.topics.NAME.overflow"),
    WAMP_TOPICS_HISTORY("layers.wamp.topics.NAME.history"),
    WAMP_TOPICS_HISTORY_SIZE("layers.wamp.topics.NAME.history.size"),
    WAMP_TOPICS_HISTORY_TTL("layers.wamp.topics.NAME.history.ttl"),
    WAMP_TOPICS_HISTORY_MAX_BYTES("layers.wamp.topics.NAME.history.max-bytes"),
    WAMP_PROCEDURES("layers.wamp.procedures.NAME"),
    WAMP_PROCEDURES_CALL("layers.wamp.procedures.NAME.call"),
    WAMP_PROCEDURES_REGISTER("layers.wamp.procedures.NAME.register"),
    WAMP_PROCEDURES_HIDDEN("layers.wamp.procedures.NAME.hidden"),
    WAMP_DEFAULT_ACCESS("layers.wamp.default-access"),
    WAMP_DEFAULT_ACCESS_SUBSCRIBE("layers.wamp.default-access.subscribe"),
    WAMP_DEFAULT_ACCESS_PUBLISH("layers.wamp.default-access.publish"),
    WAMP_DEFAULT_ACCESS_CALL("layers.wamp.default-access.call"),
    WAMP_DEFAULT_ACCESS_REGISTER("layers.wamp.default-access.register"),
    WS("layers.ws"),
    WS_PING_INTERVAL("layers.ws.ping-interval"),
    WS_PONG_TIMEOUT("layers.ws.pong-timeout"),
    WS_COMPRESSION("layers.ws.compression"),
    WS_COMPRESSION_THRESHOLD("layers.ws.compression-threshold"),
    WS_COMPRESSION_MEMORY("layers.ws.compression-memory"),
    WS_ALLOW_MISSING_SUBPROTOCOL("layers.ws.allow-missing-subprotocol"),
    WS_LEGACY_DRAFTS("layers.ws.legacy-drafts"),
    WS_MAX_FRAME_SIZE("layers.ws.max-frame-size"),
    WS_MAX_MESSAGE_SIZE("layers.ws.max-message-size"),
    WS_MAX_FRAGMENTS("layers.ws.max-fragments"),

    // components
    CHAT("components.chat"),
    CHAT_NAMES("components.chat.names"),
    ECHO("components.echo"),
    EVENTS("components.events"),
    EVENTS_KEEP_ALIVE_INTERVAL("components.events.keep-alive-interval"),
    AUTH_RENEWAL("components.auth-renewal"),
    FILES("components.files"),
    FILES_DIRECTORY("components.files.directory"),
    METRICS("components.metrics"),
    FLASH_POLICY("components.flash-policy"),
    FLASH_POLICY_DOMAIN("components.flash-policy.domain"),
    FLASH_POLICY_PORTS("components.flash-policy.ports"),
    PUBSUB("components.pubsub"),
    PUSH("components.push"),
    PUSH_ALLOW_ANONYMOUS("components.push.allow-anonymous"),
    PUSH_TOPIC_FIELD("components.push.topic-field"),
    PUSH_TOKENS("components.push.tokens"),
    PUSH_TOKENS_NAME("components.push.tokens.name"),
    PUSH_TOKENS_TOKEN("components.push.tokens.token"),
    PUSH_TOKENS_TOPICS("components.push.tokens.topics"),
    PUSH_TOKENS_EVENTS_PER_SECOND("components.push.tokens.events-per-second"),
    PUSH_SIGNING_KEYS("components.push.signing-keys"),
    PUSH_SIGNING_KEYS_NAME("components.push.signing-keys.name"),
    PUSH_SIGNING_KEYS_KEY("components.push.signing-keys.key"),
    PUSH_SIGNING_KEYS_TOPICS("components.push.signing-keys.topics"),
    PUSH_SIGNING_KEYS_EVENTS_PER_SECOND("components.push.signing-keys.events-per-second"),
    PUSH_IDEMPOTENCY_TTL("components.push.idempotency-ttl"),
    PUSH_IDEMPOTENCY_MAX_SIZE("components.push.idempotency-max-size"),
    PUSH_SIGNATURE_TOLERANCE("components.push.signature-tolerance"),
    PUSH_PENDING_LIMIT("components.push.pending-limit"),
    RAWSOCKET("components.rawsocket"),
    RAWSOCKET_MAX_MESSAGE_SIZE("components.rawsocket.max-message-size"),

    // bridges
    HTTP_BRIDGE("bridges.http"),
    HTTP_BRIDGE_HOST("bridges.http.host"),
    HTTP_BRIDGE_PORT("bridges.http.port"),
    HTTP_BRIDGE_PATH("bridges.http.path"),
    HTTP_BRIDGE_TOPICS_PATH("bridges.http.topics-path"),
    HTTP_BRIDGE_TOPIC_FIELD("bridges.http.topic-field"),
    HTTP_BRIDGE_TOKENS("bridges.http.tokens"),
    HTTP_BRIDGE_TOKENS_NAME("bridges.http.tokens.name"),
    HTTP_BRIDGE_TOKENS_TOKEN("bridges.http.tokens.token"),
    HTTP_BRIDGE_TOKENS_TOPICS("bridges.http.tokens.topics"),
    HTTP_BRIDGE_TOKENS_EVENTS_PER_SECOND("bridges.http.tokens.events-per-second"),
    HTTP_BRIDGE_SIGNING_KEYS("bridges.http.signing-keys"),
    HTTP_BRIDGE_SIGNING_KEYS_NAME("bridges.http.signing-keys.name"),
    HTTP_BRIDGE_SIGNING_KEYS_KEY("bridges.http.signing-keys.key"),
    HTTP_BRIDGE_SIGNING_KEYS_TOPICS("bridges.http.signing-keys.topics"),
    HTTP_BRIDGE_SIGNING_KEYS_EVENTS_PER_SECOND("bridges.http.signing-keys.events-per-second"),
    HTTP_BRIDGE_IDEMPOTENCY_TTL("bridges.http.idempotency-ttl"),
    HTTP_BRIDGE_IDEMPOTENCY_MAX_SIZE("bridges.http.idempotency-max-size"),
    HTTP_BRIDGE_SIGNATURE_TOLERANCE("bridges.http.signature-tolerance"),
    HTTP_BRIDGE_PENDING_LIMIT("bridges.http.pending-limit"),
    TCP_BRIDGE("bridges.tcp"),
    TCP_BRIDGE_HOST("bridges.tcp.host"),
    TCP_BRIDGE_PORT("bridges.tcp.port"),
    TCP_BRIDGE_FRAMING("bridges.tcp.framing"),
    TCP_BRIDGE_SECRET("bridges.tcp.secret"),
    TCP_BRIDGE_ACKNOWLEDGE("bridges.tcp.acknowledge"),
    TCP_BRIDGE_MAX_MESSAGE_SIZE("bridges.tcp.max-message-size"),
    TCP_BRIDGE_MAX_CONNECTIONS("bridges.tcp.max-connections"),
    TCP_BRIDGE_IDLE_TIMEOUT("bridges.tcp.idle-timeout"),
    TCP_BRIDGE_PENDING_LIMIT("bridges.tcp.pending-limit"),
    TCP_BRIDGE_HOLD_TIMEOUT("bridges.tcp.hold-timeout"),
    TCP_BRIDGE_HOLD_LIMIT("bridges.tcp.hold-limit"),
    ZMQ_BRIDGE("bridges.zmq"),
    ZMQ_BRIDGE_SOCKET_TYPE("bridges.zmq.socket-type"),
    ZMQ_BRIDGE_HOST("bridges.zmq.host"),
    ZMQ_BRIDGE_PORT("bridges.zmq.port"),
    ZMQ_BRIDGE_CONNECT("bridges.zmq.connect"),
    ZMQ_BRIDGE_SUBSCRIBE("bridges.zmq.subscribe"),
    ZMQ_BRIDGE_FRAMES("bridges.zmq.frames"),
    ZMQ_BRIDGE_PUBLIC_KEY("bridges.zmq.public-key"),
    ZMQ_BRIDGE_SECRET_KEY("bridges.zmq.secret-key"),
    ZMQ_BRIDGE_CLIENT_KEYS("bridges.zmq.client-keys"),
    ZMQ_BRIDGE_SERVER_KEY("bridges.zmq.server-key"),
    ZMQ_BRIDGE_ALLOW("bridges.zmq.allow"),
    ZMQ_BRIDGE_MAX_FRAME_SIZE("bridges.zmq.max-frame-size"),
    ZMQ_BRIDGE_HIGH_WATER_MARK("bridges.zmq.high-water-mark"),
    ZMQ_BRIDGE_PENDING_LIMIT("bridges.zmq.pending-limit"),
    ZMQ_BRIDGE_HOLD_TIMEOUT("bridges.zmq.hold-timeout"),

    // SessionCodec
    CODEC_JSON("SessionCodec.json"),
    CODEC_PHP("SessionCodec.php"),
    CODEC_PHP_BINARY("SessionCodec.php-binary"),
    CODEC_PHP_SERIALIZE("SessionCodec.php-serialize"),
    CODEC_SPRING("SessionCodec.spring"),
    CODEC_SPRING_ALLOW("SessionCodec.spring.allow"),
    CODEC_SPRING_JSON("SessionCodec.spring-json"),

    // SessionStore
    STORE_COOKIE("SessionStore.cookie"),
    STORE_JDBC("SessionStore.jdbc"),
    STORE_JDBC_URL("SessionStore.jdbc.url"),
    STORE_JDBC_USER("SessionStore.jdbc.user"),
    STORE_JDBC_PASSWORD("SessionStore.jdbc.password"),
    STORE_JDBC_DRIVER("SessionStore.jdbc.driver"),
    STORE_JDBC_LAYOUT("SessionStore.jdbc.layout"),
    STORE_JDBC_TABLE("SessionStore.jdbc.table"),
    STORE_JDBC_ID_COLUMN("SessionStore.jdbc.id-column"),
    STORE_JDBC_DATA_COLUMN("SessionStore.jdbc.data-column"),
    STORE_JDBC_LIFETIME_COLUMN("SessionStore.jdbc.lifetime-column"),
    STORE_JDBC_TIME_COLUMN("SessionStore.jdbc.time-column"),
    STORE_JDBC_LIFETIME("SessionStore.jdbc.lifetime"),
    STORE_JDBC_POOL_SIZE("SessionStore.jdbc.pool-size"),
    STORE_JDBC_TIMEOUT("SessionStore.jdbc.timeout"),
    STORE_MEMCACHED("SessionStore.memcached"),
    STORE_MEMCACHED_HOST("SessionStore.memcached.host"),
    STORE_MEMCACHED_PORT("SessionStore.memcached.port"),
    STORE_MEMCACHED_PREFIX("SessionStore.memcached.prefix"),
    STORE_MEMCACHED_LIFETIME("SessionStore.memcached.lifetime"),
    STORE_MEMCACHED_TIMEOUT("SessionStore.memcached.timeout"),
    STORE_MEMORY("SessionStore.memory"),
    STORE_MEMORY_LIFETIME("SessionStore.memory.lifetime"),
    STORE_MEMORY_MAX_SESSIONS("SessionStore.memory.max-sessions"),
    STORE_PHP_FILES("SessionStore.php-files"),
    STORE_PHP_FILES_SAVE_PATH("SessionStore.php-files.save-path"),
    STORE_PHP_FILES_MAX_AGE("SessionStore.php-files.max-age"),
    STORE_REDIS("SessionStore.redis"),
    STORE_REDIS_URI("SessionStore.redis.uri"),
    STORE_REDIS_LAYOUT("SessionStore.redis.layout"),
    STORE_REDIS_PREFIX("SessionStore.redis.prefix"),
    STORE_REDIS_TIMEOUT("SessionStore.redis.timeout"),

    // Engine
    ENGINE_REDIS("Engine.redis"),
    ENGINE_REDIS_URI("Engine.redis.uri"),
    ENGINE_REDIS_PREFIX("Engine.redis.prefix"),
    ENGINE_REDIS_TIMEOUT("Engine.redis.timeout"),
    ENGINE_REDIS_PROBE_INTERVAL("Engine.redis.probe-interval"),
    ENGINE_REDIS_TRUSTED_CERTIFICATES("Engine.redis.trusted-certificates"),
    ENGINE_REDIS_WAIT_REPLICAS("Engine.redis.wait-replicas"),
    ENGINE_REDIS_WAIT_TIMEOUT("Engine.redis.wait-timeout"),

    // SessionToken
    TOKEN_BASE64_COOKIE("SessionToken.base64-cookie"),
    TOKEN_BASE64_COOKIE_NAME("SessionToken.base64-cookie.name"),
    TOKEN_COOKIE("SessionToken.cookie"),
    TOKEN_COOKIE_NAME("SessionToken.cookie.name"),
    TOKEN_COOKIE_SESSION("SessionToken.cookie-session"),
    TOKEN_COOKIE_SESSION_NAME("SessionToken.cookie-session.name"),
    TOKEN_COOKIE_SESSION_SECRETS("SessionToken.cookie-session.secrets"),
    TOKEN_EXPRESS("SessionToken.express"),
    TOKEN_EXPRESS_NAME("SessionToken.express.name"),
    TOKEN_EXPRESS_SECRETS("SessionToken.express.secrets"),
    TOKEN_JWT("SessionToken.jwt"),
    TOKEN_JWT_SECRET("SessionToken.jwt.secret"),
    TOKEN_JWT_PEM("SessionToken.jwt.pem"),
    TOKEN_JWT_JWKS("SessionToken.jwt.jwks"),
    TOKEN_JWT_COOKIE("SessionToken.jwt.cookie"),
    TOKEN_JWT_HEADER("SessionToken.jwt.header"),
    TOKEN_JWT_QUERY("SessionToken.jwt.query"),
    TOKEN_JWT_SUBPROTOCOL("SessionToken.jwt.subprotocol"),
    TOKEN_JWT_ISSUER("SessionToken.jwt.issuer"),
    TOKEN_JWT_AUDIENCE("SessionToken.jwt.audience"),
    TOKEN_JWT_LEEWAY("SessionToken.jwt.leeway"),
    TOKEN_RAILS("SessionToken.rails"),
    TOKEN_RAILS_NAME("SessionToken.rails.name"),
    TOKEN_RAILS_SECRETS("SessionToken.rails.secrets"),
    TOKEN_RAILS_SIGNED("SessionToken.rails-signed"),
    TOKEN_RAILS_SIGNED_NAME("SessionToken.rails-signed.name"),
    TOKEN_RAILS_SIGNED_SECRETS("SessionToken.rails-signed.secrets");

    private final String path;

    Key(String path) {
        this.path = path;
    }

    /** Returns the path in the reference: {@code layers.ws.max-frame-size}. */
    String path() {
        return path;
    }

    /** Returns the key in a file: {@code max-frame-size}. */
    String key() {
        return path.replace(".NAME", "").replaceAll(".*\\.", "");
    }

    /** {@code max-frame-size = 10 B}; the value is HOCON. */
    public String is(Object value) {
        return key() + " = " + value;
    }

    /** {@code address = "127.0.0.1:0"}. */
    public String text(String value) {
        return is(quoted(value));
    }

    /** {@code proxies = ["::1"]}. */
    String texts(String... values) {
        return is(List.of(values).stream().map(Key::quoted).toList());
    }

    /** {@code [ws]} or <code>[{ ws { max-frame-size = 10 B } }]</code>. */
    public String parts(String... parts) {
        return is("[" + String.join(", ", parts) + "]");
    }

    /** <code>tls { key = … }</code>. */
    String object(String... settings) {
        return key() + " { " + String.join(", ", settings) + " }";
    }

    /** <code>users = [{ user = ann }]</code>: a table of one row. */
    public String row(String... settings) {
        return rows(List.of(settings));
    }

    /** <code>users = [{ user = ann }, { user = ben }]</code>. */
    @SafeVarargs
    final String rows(List<String>... rows) {
        return is(List.of(rows).stream()
                .map(row -> "{ " + String.join(", ", row) + " }")
                .toList());
    }

    /** Returns a name with settings: <code>{ ws { max-frame-size = 10 B } }</code>. */
    public String with(String... settings) {
        return "{ " + object(settings) + " }";
    }

    /** Returns a named object: <code>bridges.push { type = tcp }</code>. */
    String named(String name, String... settings) {
        return key() + "." + name + " { " + String.join(", ", settings) + " }\n";
    }

    static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Returns the key or name in a file. */
    @Override
    public String toString() {
        return key();
    }
}
