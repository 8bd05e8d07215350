package dev.sprocket.checks;

import java.util.List;

/**
 * Every key and every part that {@code sprocket config} prints, named once for all tests of the configuration.
 *
 * <p>Rows write configuration text with these constants only, so that a renamed key is one changed line here.
 */
enum Key {
    // the server
    LISTENERS("listeners.NAME"),
    LISTENER_ADDRESS("listeners.NAME.address"),
    LISTENER_MODE("listeners.NAME.mode"),
    LISTENER_TLS("listeners.NAME.tls"),
    TLS_CERTIFICATE("listeners.NAME.tls.certificate"),
    TLS_KEY("listeners.NAME.tls.key"),
    TLS_PASSPHRASE("listeners.NAME.tls.passphrase"),
    TLS_PROTOCOLS("listeners.NAME.tls.protocols"),
    LISTENER_PROXY_PROTOCOL("listeners.NAME.proxy-protocol"),
    LISTENER_PROXIES("listeners.NAME.proxies"),
    LISTENER_OUTBOUND_LIMIT("listeners.NAME.outbound-limit"),
    LISTENER_SLOW_READERS("listeners.NAME.slow-readers"),
    LISTENER_LAYERS("listeners.NAME.layers"),
    LISTENER_COMPONENT("listeners.NAME.component"),
    LISTENER_ROUTES("listeners.NAME.routes"),
    ROUTE_PATH("listeners.NAME.routes.path"),
    ROUTE_HOST("listeners.NAME.routes.host"),
    ROUTE_LAYERS("listeners.NAME.routes.layers"),
    ROUTE_COMPONENT("listeners.NAME.routes.component"),
    LISTENER_HEALTH("listeners.NAME.health"),
    BRIDGES("bridges.NAME"),
    BRIDGE_KIND("bridges.NAME.kind"),
    BRIDGE_LAYERS("bridges.NAME.layers"),
    TOPIC_RULES("topics"),
    TOPIC_RULES_TOPICS("topics.topics"),
    TOPIC_RULES_WINDOW("topics.window"),
    TOPIC_RULES_SLOW_READERS("topics.slow-readers"),
    TOPIC_FIELD("topic-field"),
    PLUGINS("plugins"),
    PLUGINS_FOLDER("plugins.folder"),
    PLUGINS_OFF("plugins.off"),
    LOOPS("loops"),
    INBOUND_LIMIT("inbound-limit"),
    DRAIN("drain"),

    // layers
    ACCESS_LOG("layers.access-log"),
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
    COMET_CONNECTIONS("layers.comet.connections"),
    COMET_GRACE("layers.comet.grace"),
    COMET_POLL("layers.comet.poll"),
    COMET_KEEP_ALIVE("layers.comet.keep-alive"),
    COMET_REPLAY("layers.comet.replay"),
    COMET_OUTBOUND_LIMIT("layers.comet.outbound-limit"),
    COMET_OVERFLOW("layers.comet.overflow"),
    CONFINED("layers.confined"),
    CORS("layers.cors"),
    CORS_ALLOW("layers.cors.allow"),
    CORS_SAME_HOST("layers.cors.same-host"),
    CORS_METHODS("layers.cors.methods"),
    CORS_HEADERS("layers.cors.headers"),
    CORS_CREDENTIALS("layers.cors.credentials"),
    HTTP("layers.http"),
    HTTP_HEAD_LIMIT("layers.http.head-limit"),
    HTTP_HEADERS("layers.http.headers"),
    HTTP_BODY_LIMIT("layers.http.body-limit"),
    HTTP_HEAD_TIME("layers.http.head-time"),
    HTTP_BODY_TIME("layers.http.body-time"),
    HTTP_WHOLE_BODY_TIME("layers.http.whole-body-time"),
    HTTP_BODY_RATE("layers.http.body-rate"),
    HTTP_ANSWER_TIME("layers.http.answer-time"),
    HTTP_KEEP_ALIVE("layers.http.keep-alive"),
    IP_FILTER("layers.ip-filter"),
    IP_FILTER_ALLOW("layers.ip-filter.allow"),
    IP_FILTER_DENY("layers.ip-filter.deny"),
    LIMITER("layers.limiter"),
    LIMITER_CONNECTIONS("layers.limiter.connections"),
    LIMITER_PER_ADDRESS("layers.limiter.per-address"),
    LIMITER_MESSAGES("layers.limiter.messages"),
    LIMITER_BYTES("layers.limiter.bytes"),
    LIMITER_PAST("layers.limiter.past"),
    LINES("layers.lines"),
    LINES_LIMIT("layers.lines.limit"),
    LOGGER("layers.logger"),
    LOGGER_NAME("layers.logger.name"),
    LOGGER_CONTENT("layers.logger.content"),
    ORIGIN_CHECK("layers.origin-check"),
    ORIGIN_CHECK_ALLOW("layers.origin-check.allow"),
    ORIGIN_CHECK_SAME_HOST("layers.origin-check.same-host"),
    ORIGIN_CHECK_NONE("layers.origin-check.none"),
    RAWSOCKET_LAYER("layers.rawsocket"),
    RAWSOCKET_LAYER_MESSAGE_LIMIT("layers.rawsocket.message-limit"),
    ROLE_CHECK("layers.role-check"),
    ROLE_CHECK_ROLE("layers.role-check.role"),
    SESSION("layers.session"),
    SESSION_STORE("layers.session.store"),
    SESSION_CODEC("layers.session.codec"),
    SESSION_COOKIE("layers.session.cookie"),
    SESSION_TOKEN("layers.session.token"),
    SESSION_USER("layers.session.user"),
    SESSION_ROLES("layers.session.roles"),
    SESSION_REQUIRED("layers.session.required"),
    SESSION_WRITABLE("layers.session.writable"),
    SESSION_LIMIT("layers.session.limit"),
    SESSION_WATCH("layers.session.watch"),
    SLOW_CALLBACKS("layers.slow-callbacks"),
    SLOW_CALLBACKS_THRESHOLD("layers.slow-callbacks.threshold"),
    TRUSTED_PROXIES("layers.trusted-proxies"),
    TRUSTED_PROXIES_PROXIES("layers.trusted-proxies.proxies"),
    TRUSTED_PROXIES_HEADERS("layers.trusted-proxies.headers"),
    WAMP("layers.wamp"),
    WAMP_CURIES("layers.wamp.curies"),
    WAMP_SILENT_DISCONNECT("layers.wamp.silent-disconnect"),
    WAMP_SUBSCRIPTIONS("layers.wamp.subscriptions"),
    WAMP_PREFIXES("layers.wamp.prefixes"),
    WAMP_REALM("layers.wamp.realm"),
    WAMP_REQUEST_IDS("layers.wamp.request-ids"),
    WAMP_OWN_TOPICS("layers.wamp.own-topics"),
    WAMP_STRICT_URIS("layers.wamp.strict-uris"),
    WAMP_REGISTRATIONS("layers.wamp.registrations"),
    WAMP_META("layers.wamp.meta"),
    WAMP_KILL("layers.wamp.kill"),
    WAMP_CLIENT_BYTES("layers.wamp.client-bytes"),
    WAMP_REALM_BYTES("layers.wamp.realm-bytes"),
    WAMP_RETAINED_TTL("layers.wamp.retained-ttl"),
    WAMP_PATTERNS_PER_TOPIC("layers.wamp.patterns-per-topic"),
    WAMP_HISTORY("layers.wamp.history"),
    WAMP_HISTORY_TOPICS("layers.wamp.history.topics"),
    WAMP_HISTORY_EVENTS("layers.wamp.history.events"),
    WAMP_HISTORY_BYTES("layers.wamp.history.bytes"),
    WAMP_LOGINS("layers.wamp.logins"),
    WAMP_LOGINS_USER("layers.wamp.logins.user"),
    WAMP_LOGINS_ROLE("layers.wamp.logins.role"),
    WAMP_LOGINS_TICKET("layers.wamp.logins.ticket"),
    WAMP_LOGINS_SECRET("layers.wamp.logins.secret"),
    WAMP_LOGINS_PUBLIC_KEY("layers.wamp.logins.public-key"),
    WAMP_ANONYMOUS("layers.wamp.anonymous"),
    WAMP_V1("layers.wamp.v1"),
    WS("layers.ws"),
    WS_PING_AFTER("layers.ws.ping-after"),
    WS_PONG_WITHIN("layers.ws.pong-within"),
    WS_COMPRESSION("layers.ws.compression"),
    WS_COMPRESS_FROM("layers.ws.compress-from"),
    WS_COMPRESSION_MEMORY("layers.ws.compression-memory"),
    WS_LENIENT("layers.ws.lenient"),
    WS_OLD_DRAFTS("layers.ws.old-drafts"),
    WS_FRAME_LIMIT("layers.ws.frame-limit"),
    WS_MESSAGE_LIMIT("layers.ws.message-limit"),
    WS_FRAGMENTS("layers.ws.fragments"),

    // components
    CHAT("components.chat"),
    CHAT_NAMES("components.chat.names"),
    ECHO("components.echo"),
    EVENTS("components.events"),
    EVENTS_TOPICS("components.events.topics"),
    EVENTS_KEEP_ALIVE("components.events.keep-alive"),
    FILES("components.files"),
    FILES_FOLDER("components.files.folder"),
    FLASH_POLICY("components.flash-policy"),
    FLASH_POLICY_DOMAIN("components.flash-policy.domain"),
    FLASH_POLICY_PORTS("components.flash-policy.ports"),
    PUBSUB("components.pubsub"),
    PUBSUB_SUBSCRIBE("components.pubsub.subscribe"),
    PUBSUB_PUBLISH("components.pubsub.publish"),
    PUBSUB_CALL("components.pubsub.call"),
    PUBSUB_REGISTER("components.pubsub.register"),
    PUBSUB_ROLE("components.pubsub.role"),
    PUBSUB_RULES("components.pubsub.rules"),
    PUBSUB_RULES_TOPICS("components.pubsub.rules.topics"),
    PUBSUB_RULES_SUBSCRIBE("components.pubsub.rules.subscribe"),
    PUBSUB_RULES_PUBLISH("components.pubsub.rules.publish"),
    PUBSUB_RULES_CALL("components.pubsub.rules.call"),
    PUBSUB_RULES_REGISTER("components.pubsub.rules.register"),
    PUBSUB_RULES_ROLE("components.pubsub.rules.role"),
    PUSH("components.push"),
    PUSH_OPEN("components.push.open"),
    PUSH_TOPIC_FIELD("components.push.topic-field"),
    PUSH_TOKENS("components.push.tokens"),
    PUSH_TOKENS_NAME("components.push.tokens.name"),
    PUSH_TOKENS_TOKEN("components.push.tokens.token"),
    PUSH_TOKENS_TOPICS("components.push.tokens.topics"),
    PUSH_TOKENS_PER_SECOND("components.push.tokens.per-second"),
    PUSH_SIGNING("components.push.signing"),
    PUSH_SIGNING_NAME("components.push.signing.name"),
    PUSH_SIGNING_KEY("components.push.signing.key"),
    PUSH_SIGNING_TOPICS("components.push.signing.topics"),
    PUSH_SIGNING_PER_SECOND("components.push.signing.per-second"),
    PUSH_IDEMPOTENCY("components.push.idempotency"),
    PUSH_IDEMPOTENCY_LIMIT("components.push.idempotency-limit"),
    PUSH_SIGNATURE_WINDOW("components.push.signature-window"),
    PUSH_HOLD_ABOVE("components.push.hold-above"),
    RAWSOCKET("components.rawsocket"),
    RAWSOCKET_MESSAGE_LIMIT("components.rawsocket.message-limit"),

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
    HTTP_BRIDGE_TOKENS_PER_SECOND("bridges.http.tokens.per-second"),
    HTTP_BRIDGE_SIGNING("bridges.http.signing"),
    HTTP_BRIDGE_SIGNING_NAME("bridges.http.signing.name"),
    HTTP_BRIDGE_SIGNING_KEY("bridges.http.signing.key"),
    HTTP_BRIDGE_SIGNING_TOPICS("bridges.http.signing.topics"),
    HTTP_BRIDGE_SIGNING_PER_SECOND("bridges.http.signing.per-second"),
    HTTP_BRIDGE_IDEMPOTENCY("bridges.http.idempotency"),
    HTTP_BRIDGE_IDEMPOTENCY_LIMIT("bridges.http.idempotency-limit"),
    HTTP_BRIDGE_SIGNATURE_WINDOW("bridges.http.signature-window"),
    HTTP_BRIDGE_HOLD_ABOVE("bridges.http.hold-above"),
    TCP_BRIDGE("bridges.tcp"),
    TCP_BRIDGE_HOST("bridges.tcp.host"),
    TCP_BRIDGE_PORT("bridges.tcp.port"),
    TCP_BRIDGE_FRAMING("bridges.tcp.framing"),
    TCP_BRIDGE_SECRET("bridges.tcp.secret"),
    TCP_BRIDGE_ANSWERS("bridges.tcp.answers"),
    TCP_BRIDGE_LIMIT("bridges.tcp.limit"),
    TCP_BRIDGE_CONNECTIONS("bridges.tcp.connections"),
    TCP_BRIDGE_IDLE_TIMEOUT("bridges.tcp.idle-timeout"),
    TCP_BRIDGE_HOLD_ABOVE("bridges.tcp.hold-above"),
    ZMQ_BRIDGE("bridges.zmq"),
    ZMQ_BRIDGE_TYPE("bridges.zmq.type"),
    ZMQ_BRIDGE_HOST("bridges.zmq.host"),
    ZMQ_BRIDGE_PORT("bridges.zmq.port"),
    ZMQ_BRIDGE_CONNECT("bridges.zmq.connect"),
    ZMQ_BRIDGE_SUBSCRIBE("bridges.zmq.subscribe"),
    ZMQ_BRIDGE_FRAMES("bridges.zmq.frames"),
    ZMQ_BRIDGE_PUBLIC_KEY("bridges.zmq.public-key"),
    ZMQ_BRIDGE_SECRET_KEY("bridges.zmq.secret-key"),
    ZMQ_BRIDGE_CLIENTS("bridges.zmq.clients"),
    ZMQ_BRIDGE_SERVER_KEY("bridges.zmq.server-key"),
    ZMQ_BRIDGE_ALLOW("bridges.zmq.allow"),
    ZMQ_BRIDGE_LIMIT("bridges.zmq.limit"),
    ZMQ_BRIDGE_HIGH_WATER_MARK("bridges.zmq.high-water-mark"),
    ZMQ_BRIDGE_HOLD_ABOVE("bridges.zmq.hold-above"),

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
    STORE_JDBC_CONNECTIONS("SessionStore.jdbc.connections"),
    STORE_JDBC_TIMEOUT("SessionStore.jdbc.timeout"),
    STORE_MEMCACHED("SessionStore.memcached"),
    STORE_MEMCACHED_HOST("SessionStore.memcached.host"),
    STORE_MEMCACHED_PORT("SessionStore.memcached.port"),
    STORE_MEMCACHED_PREFIX("SessionStore.memcached.prefix"),
    STORE_MEMCACHED_LIFETIME("SessionStore.memcached.lifetime"),
    STORE_MEMCACHED_TIMEOUT("SessionStore.memcached.timeout"),
    STORE_MEMORY("SessionStore.memory"),
    STORE_MEMORY_LIFETIME("SessionStore.memory.lifetime"),
    STORE_MEMORY_MOST("SessionStore.memory.most"),
    STORE_PHP_FILES("SessionStore.php-files"),
    STORE_PHP_FILES_FOLDER("SessionStore.php-files.folder"),
    STORE_PHP_FILES_MAX_AGE("SessionStore.php-files.max-age"),
    STORE_REDIS("SessionStore.redis"),
    STORE_REDIS_URI("SessionStore.redis.uri"),
    STORE_REDIS_LAYOUT("SessionStore.redis.layout"),
    STORE_REDIS_PREFIX("SessionStore.redis.prefix"),
    STORE_REDIS_TIMEOUT("SessionStore.redis.timeout"),

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

    /** The place in the reference: {@code layers.ws.frame-limit}. */
    String path() {
        return path;
    }

    /** The name as it stands in a file: {@code frame-limit}. */
    String key() {
        return path.replace(".NAME", "").replaceAll(".*\\.", "");
    }

    /** {@code frame-limit = 10 B}; the value is HOCON. */
    String is(Object value) {
        return key() + " = " + value;
    }

    /** {@code address = "127.0.0.1:0"}. */
    String text(String value) {
        return is(quoted(value));
    }

    /** {@code proxies = ["::1"]}. */
    String texts(String... values) {
        return is(List.of(values).stream().map(Key::quoted).toList());
    }

    /** {@code [ws]} or <code>[{ ws { frame-limit = 10 B } }]</code>. */
    String parts(String... parts) {
        return is("[" + String.join(", ", parts) + "]");
    }

    /** <code>tls { key = … }</code>. */
    String object(String... settings) {
        return key() + " { " + String.join(", ", settings) + " }";
    }

    /** <code>users = [{ user = ann }]</code>: a table of one row. */
    String row(String... settings) {
        return rows(List.of(settings));
    }

    /** <code>users = [{ user = ann }, { user = ben }]</code>. */
    @SafeVarargs
    final String rows(List<String>... rows) {
        return is(List.of(rows).stream()
                .map(row -> "{ " + String.join(", ", row) + " }")
                .toList());
    }

    /** A part and its settings: <code>{ ws { frame-limit = 10 B } }</code>. */
    String with(String... settings) {
        return "{ " + object(settings) + " }";
    }

    /** <code>bridges.push { kind = tcp }</code>: an object under a name of its own. */
    String named(String name, String... settings) {
        return key() + "." + name + " { " + String.join(", ", settings) + " }\n";
    }

    static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A part by its name; any other key by its name. */
    @Override
    public String toString() {
        return key();
    }
}
