package dev.sprocket.config.internal.wamp;

import com.google.inject.Inject;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.Provider;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.typesafe.config.ConfigValue;
import dev.sprocket.config.internal.access.AccessKeys;
import dev.sprocket.config.internal.access.ConfiguredAccess;
import dev.sprocket.config.internal.access.RemovedKeys;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Factory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.sse.SseSubscriber;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.KeepAlive;
import dev.sprocket.websocket.WebSocketVersion;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsLimits;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Plugin with the layers and components of {@code websocket}, {@code wamp} and {@code sse}.
 *
 * <p>Not thread-safe.
 */
public final class WampPlugin implements Plugin {
    private static final StackType HTTP = StackType.messages(HttpConnection.class);
    private static final StackType SOCKET = StackType.messages(Connection.class);
    private static final StackType WS = StackType.messages(WsConnection.class);
    static final StackType WAMP = StackType.of(WampComponent.class, WampConnection.class);

    private static final Option<Duration> PING_INTERVAL = Option.duration(
            "ping-interval",
            KeepAlive.DEFAULT.idle(),
            "Silence of a client after which it is pinged; 0s disables pings");
    private static final Option<Duration> PONG_TIMEOUT = Option.duration(
            "pong-timeout",
            KeepAlive.DEFAULT.pongTimeout(),
            "Maximum further silence after a ping; beyond it the connection is closed");
    private static final Option<Boolean> COMPRESSION =
            Option.flag("compression", false, "Compress messages for clients that offer permessage-deflate");
    private static final Option<Integer> COMPRESSION_THRESHOLD =
            Option.size("compression-threshold", 1024, "Size from which a message is compressed");
    private static final Option<Boolean> ALLOW_MISSING_SUBPROTOCOL =
            Option.flag("allow-missing-subprotocol", false, "Accept clients that offer no supported subprotocol");
    private static final Option<Boolean> LEGACY_DRAFTS = Option.flag(
            "legacy-drafts", false, "Accept clients of the drafts HyBi-06 to HyBi-10 and Hixie-76 (2010 and 2011)");
    private static final Option<Integer> COMPRESSION_MEMORY = Option.size(
            "compression-memory",
            (int) Deflate.DEFAULT.clientMemory(),
            "Maximum memory for the compression windows of all clients, up to 32 KiB each; beyond"
                    + " it new connections are not compressed");
    private static final Option<Optional<Integer>> MAX_FRAME_SIZE = Option.optionalSize(
            "max-frame-size", "Maximum size of a frame; beyond it close code 1009; default: max-message-size");
    private static final Option<Integer> MAX_MESSAGE_SIZE = Option.size(
            "max-message-size",
            WsLimits.DEFAULT.message(),
            "Maximum size of a message after decompression; beyond it close code 1009");
    private static final Option<Integer> MAX_FRAGMENTS = Option.number(
            "max-fragments",
            WsLimits.DEFAULT.fragments(),
            1,
            Integer.MAX_VALUE,
            "Maximum number of frames of a message; beyond it close code 1008");

    private static final Option<WampOptions.Curies> CURIES = Option.choice(
            "curies", WampOptions.Curies.PLAIN, "Expansion of prefix:rest to a URI (WAMP v1); ratchet inserts a #");
    private static final Option<Boolean> SILENT_DISCONNECT =
            Option.flag("silent-disconnect", false, "Skip onUnsubscribe when a client disconnects, as Ratchet does");
    private static final Option<Integer> MAX_SUBSCRIPTIONS = Option.number(
            "max-subscriptions",
            WampOptions.DEFAULT.maxSubscriptions(),
            1,
            Integer.MAX_VALUE,
            "Maximum number of subscriptions per connection; beyond it v1 clients are closed with"
                    + " 1008, v2 clients get an error");
    private static final Option<Integer> MAX_PREFIXES = Option.number(
            "max-prefixes",
            WampOptions.DEFAULT.maxPrefixes(),
            0,
            Integer.MAX_VALUE,
            "Maximum number of prefixes per connection (WAMP v1); beyond it close code 1008");

    private static final Option<String> REALM = Option.string(
            "realm",
            Realm.DEFAULT_NAME,
            "Name of the realm that WAMP v2 clients of this route join; HELLO with another name"
                    + " gets wamp.error.no_such_realm; routes of one realm share its sessions,"
                    + " registrations, users and limits");
    private static final Option<WampOptions.RequestIds> REQUEST_IDS = Option.choice(
            "request-ids",
            WampOptions.RequestIds.SEQUENTIAL,
            "Request ids of WAMP v2 clients; any admits the random ids of Thruway and of" + " AutobahnJS before 2018");
    static final Option<Boolean> PRIVATE_TOPICS = Option.flag(
            "private-topics",
            false,
            "Separate topics for the realm, which bridges cannot reach; their access is in topics, procedures and"
                    + " default-access here");
    private static final Option<Boolean> STRICT_URIS = Option.flag(
            "strict-uris", false, "Accept only URIs of lower-case letters, digits and _ from WAMP v2 clients");
    private static final Option<Integer> MAX_REGISTRATIONS = Option.number(
            "max-registrations",
            1000,
            0,
            Integer.MAX_VALUE,
            "Maximum number of registered procedures per connection; beyond it an error");
    private static final Option<MetaAccess> META_API = Option.choice(
            "meta-api",
            MetaAccess.AUTHENTICATED,
            "Clients that may use the meta procedures and meta events of WAMP (wamp.…)");
    private static final Option<Boolean> SESSION_KILL = Option.flag(
            "session-kill",
            false,
            "Let clients end other clients' sessions, if a rule allows them to call" + " wamp.session.kill");
    private static final Option<Integer> MAX_BYTES_PER_CLIENT = Option.size(
            "max-bytes-per-client",
            (int) RealmLimits.DEFAULT.clientBytes(),
            "Maximum memory per client, separately for retained events, pending calls, pending"
                    + " invocations, testaments and registrations; beyond it requests get"
                    + " wamp.error.unavailable");
    private static final Option<Integer> MAX_BYTES_PER_REALM = Option.size(
            "max-bytes-per-realm",
            (int) RealmLimits.DEFAULT.realmBytes(),
            "Maximum memory of all clients, separately for each kind of max-bytes-per-client and"
                    + " for subscriptions; beyond it requests of any client get wamp.error.unavailable;"
                    + " WAMP v1 clients that subscribe beyond it are closed with 1008");
    private static final Option<Duration> RETAINED_TTL = Option.duration(
            "retained-ttl",
            RealmLimits.DEFAULT.retainedTtl(),
            "Time after which retained events expire; 0s means never");
    private static final Option<Integer> MAX_PATTERNS_PER_TOPIC = Option.number(
            "max-patterns-per-topic",
            RealmLimits.DEFAULT.patternsPerTopic(),
            1,
            Integer.MAX_VALUE,
            "Maximum number of patterns of one connection that match the same topic; beyond it an" + " error");
    private static final Option<List<String>> VERSIONS = Option.choices(
                    "versions",
                    List.of("1", "2"),
                    List.of("1", "2"),
                    "Versions of WAMP that clients of this route may speak; clients of version 1 cannot log in, so in a"
                            + " realm with users they need HTTP authentication or allow-anonymous = on")
            .checked(WampPlugin::oneOrMore);
    private static final Option<?> REMOVED_V1 =
            Option.removed("v1", wamp -> isOff(wamp.get("v1")) ? "versions = [2]" : "versions = [1, 2]");
    private static final Option<Optional<List<String>>> SERIALIZATIONS = Option.optionalStrings(
                    "serializations",
                    "Serializations that WAMP v2 clients of this route may use: json, msgpack, cbor; default: all",
                    name -> {})
            .checked(names -> names.ifPresent(WampPlugin::oneOrMore));
    private static final Option<Integer> RAWSOCKET_MAX_MESSAGE_SIZE = Option.size(
            "max-message-size",
            RawSocket.DEFAULT_LIMIT,
            "Maximum size of a message, a power of two; a larger one closes the connection");

    /** Options of a realm, which apply to all its routes. */
    static final List<Option<?>> REALM_OPTIONS = List.of(
            PRIVATE_TOPICS,
            STRICT_URIS,
            MAX_REGISTRATIONS,
            META_API,
            SESSION_KILL,
            MAX_BYTES_PER_CLIENT,
            MAX_BYTES_PER_REALM,
            RETAINED_TTL,
            MAX_PATTERNS_PER_TOPIC,
            ConfiguredUsers.USERS,
            ConfiguredUsers.ANONYMOUS,
            AccessKeys.TOPICS,
            AccessKeys.PROCEDURES,
            AccessKeys.DEFAULT_ACCESS);

    /** Options of the connections of one route. */
    static final List<Option<?>> ROUTE_OPTIONS = List.of(
            CURIES,
            SILENT_DISCONNECT,
            MAX_SUBSCRIPTIONS,
            MAX_PREFIXES,
            REALM,
            REQUEST_IDS,
            VERSIONS,
            SERIALIZATIONS,
            ConfiguredUsers.LOGINS,
            REMOVED_V1,
            RemovedKeys.WAMP_HISTORY);

    private final ConfiguredRealms realms = new ConfiguredRealms();

    @Override
    public String name() {
        return "wamp";
    }

    @Override
    public Module module() {
        return binder -> {
            binder.bind(ConfiguredRealms.class).toInstance(realms);
            Multibinder.newSetBinder(binder, WebSocketVersion.class);
            Provider<Set<WebSocketVersion>> versions =
                    binder.getProvider(Key.get(new TypeLiteral<Set<WebSocketVersion>>() {}));
            var layers = Multibinder.newSetBinder(binder, LayerFactory.class);
            layers.addBinding()
                    .toInstance(Factory.named("ws", "Serves WebSocket")
                            .requires(HTTP)
                            .provides(WS)
                            .upgrades()
                            .options(
                                    PING_INTERVAL,
                                    PONG_TIMEOUT,
                                    COMPRESSION,
                                    COMPRESSION_THRESHOLD,
                                    COMPRESSION_MEMORY,
                                    ALLOW_MISSING_SUBPROTOCOL,
                                    LEGACY_DRAFTS,
                                    MAX_FRAME_SIZE,
                                    MAX_MESSAGE_SIZE,
                                    MAX_FRAGMENTS)
                            .warnings(WampPlugin::warnWebSocket)
                            .layer((inner, settings) -> webSocket(inner, settings, versions.get())));
            layers.addBinding().to(Wamp.class);
            layers.addBinding()
                    .toInstance(Factory.named("rawsocket", "Serves WAMP v2 over RawSocket on the same port")
                            .requires(SOCKET)
                            .options(RAWSOCKET_MAX_MESSAGE_SIZE)
                            .layer((inner, settings) -> realms.rawSocketOr(
                                    LayerFactory.messages(inner), settings.get(RAWSOCKET_MAX_MESSAGE_SIZE))));
            var components = Multibinder.newSetBinder(binder, ComponentFactory.class);
            components.addBinding().to(PubSubComponent.Factory.class);
            components.addBinding().to(Events.class);
            components
                    .addBinding()
                    .toInstance(Factory.named(
                                    "rawsocket", "Serves WAMP v2 over RawSocket, with the realms of all routes")
                            .requires(SOCKET)
                            .options(RAWSOCKET_MAX_MESSAGE_SIZE)
                            .component(settings -> realms.rawSocket().limit(settings.get(RAWSOCKET_MAX_MESSAGE_SIZE))));
        };
    }

    private static boolean isOff(@Nullable ConfigValue value) {
        return value != null && List.of("off", "false").contains(String.valueOf(value.unwrapped()));
    }

    private static void oneOrMore(List<?> some) {
        if (some.isEmpty()) {
            throw new IllegalArgumentException("none (expected: one or more)");
        }
    }

    private static void warnWebSocket(Settings settings, ConfigErrors problems) {
        if (settings.get(PING_INTERVAL).isZero()) {
            settings.warnIfSet(PONG_TIMEOUT, "with ping-interval = 0s", problems);
        }
        if (!settings.get(COMPRESSION)) {
            settings.warnIfSet(COMPRESSION_THRESHOLD, "without compression = on", problems);
            settings.warnIfSet(COMPRESSION_MEMORY, "without compression = on", problems);
        }
        if (settings.get(MAX_FRAME_SIZE)
                .filter(frame -> frame > settings.get(MAX_MESSAGE_SIZE))
                .isPresent()) {
            settings.warnIfSet(
                    MAX_FRAME_SIZE, "above max-message-size, which is " + settings.get(MAX_MESSAGE_SIZE), problems);
        }
    }

    private static Component<?> webSocket(Component<?> inner, Settings settings, Set<WebSocketVersion> versions) {
        WsServer server = new WsServer(LayerFactory.messages(inner))
                .limits(WsLimits.DEFAULT
                        .frame(settings.get(MAX_FRAME_SIZE).orElse(settings.get(MAX_MESSAGE_SIZE)))
                        .message(settings.get(MAX_MESSAGE_SIZE))
                        .fragments(settings.get(MAX_FRAGMENTS)))
                .keepAlive(
                        settings.get(PING_INTERVAL).isZero()
                                ? KeepAlive.OFF
                                : new KeepAlive(settings.get(PING_INTERVAL), settings.get(PONG_TIMEOUT)));
        if (settings.get(COMPRESSION)) {
            server = server.compress(Deflate.DEFAULT
                    .threshold(settings.get(COMPRESSION_THRESHOLD))
                    .clientMemory(settings.get(COMPRESSION_MEMORY)));
        }
        if (settings.get(ALLOW_MISSING_SUBPROTOCOL)) {
            server = server.lenient();
        }
        if (!settings.get(LEGACY_DRAFTS)) {
            return server;
        }
        if (versions.isEmpty()) {
            throw new IllegalArgumentException(
                    "legacy-drafts = true (expected: the plugin of sprocket-legacy, on the class path and not"
                            + " disabled)");
        }
        return server.alsoAccept(List.copyOf(versions));
    }

    private static final class Wamp implements LayerFactory {
        private final Topics topics;
        private final ConfiguredRealms realms;

        @Inject
        Wamp(Topics topics, ConfiguredRealms realms) {
            this.topics = topics;
            this.realms = realms;
        }

        @Override
        public String name() {
            return "wamp";
        }

        @Override
        public String summary() {
            return "Serves WAMP v1 and v2: topics and procedures";
        }

        @Override
        public List<Option<?>> options() {
            return Stream.concat(ROUTE_OPTIONS.stream(), REALM_OPTIONS.stream()).toList();
        }

        @Override
        public StackType requires() {
            return WS;
        }

        @Override
        public StackType provides(StackType given) {
            return WAMP;
        }

        @Override
        public void warn(Settings own, ConfigErrors problems) {
            if (realms.merged(own.get(REALM), own, REALM_OPTIONS)
                    .get(ConfiguredUsers.USERS)
                    .isEmpty()) {
                own.warnIfSet(
                        ConfiguredUsers.ANONYMOUS, "without users, because every client may join the realm", problems);
            }
            if (!own.get(VERSIONS).contains("2")) {
                own.warnIfSet(SERIALIZATIONS, "with versions = [1]", problems);
            }
            ConfigErrors reportedElsewhere = new ConfigErrors();
            var unused = ConfiguredAccess.read(own, reportedElsewhere);
            problems.addWarnings(reportedElsewhere);
        }

        @Override
        public void announce(Settings settings) {
            realms.announce(settings.get(REALM), settings, REALM_OPTIONS);
        }

        @Override
        public Component<?> around(Component<?> inner, Settings own) {
            Settings settings = realms.merged(own.get(REALM), own, REALM_OPTIONS);
            WampOptions options = WampOptions.DEFAULT
                    .curies(settings.get(CURIES))
                    .silentDisconnect(settings.get(SILENT_DISCONNECT))
                    .maxSubscriptions(settings.get(MAX_SUBSCRIPTIONS))
                    .maxPrefixes(settings.get(MAX_PREFIXES))
                    .requestIds(settings.get(REQUEST_IDS));
            WampServer server = new WampServer(realms.serve(
                    settings.get(REALM),
                    topics(own, settings),
                    (WampComponent) inner,
                    realm -> configured(realm.options(options), settings)));
            List<String> versions = settings.get(VERSIONS);
            if (!versions.contains("1")) {
                server = server.onlyV2();
            }
            if (!versions.contains("2")) {
                return server.onlyV1();
            }
            return settings.get(SERIALIZATIONS).map(server::serializations).orElse(server);
        }

        private Topics topics(Settings own, Settings settings) {
            ConfigErrors problems = new ConfigErrors();
            if (settings.get(PRIVATE_TOPICS)) {
                ConfiguredAccess access = ConfiguredAccess.read(settings, problems);
                problems.throwIfAny();
                return realms.privateTopics(settings.get(REALM), access);
            }
            for (Option<?> table : AccessKeys.TABLES) {
                if (own.isSet(table)) {
                    problems.add(
                            own.origin(table),
                            table + ": this realm shares the topics of the file, so their rules are written at its top"
                                    + " (expected: private-topics = on, or no key " + table + " in wamp)");
                }
            }
            problems.throwIfAny();
            return topics;
        }

        private static Realm configured(Realm realm, Settings settings) {
            Realm made = ConfiguredUsers.applyTo(realm, settings)
                    .maxRegistrations(settings.get(MAX_REGISTRATIONS))
                    .meta(settings.get(META_API))
                    .limits(RealmLimits.DEFAULT
                            .clientBytes(settings.get(MAX_BYTES_PER_CLIENT))
                            .realmBytes(settings.get(MAX_BYTES_PER_REALM))
                            .retainedTtl(settings.get(RETAINED_TTL))
                            .patternsPerTopic(settings.get(MAX_PATTERNS_PER_TOPIC)));
            if (settings.get(STRICT_URIS)) {
                made = made.strictUris();
            }
            if (settings.get(SESSION_KILL)) {
                made = made.allowSessionKill();
            }
            return made;
        }
    }

    private static final class Events implements ComponentFactory {
        private static final Option<Duration> KEEP_ALIVE = Option.duration(
                "keep-alive-interval", Duration.ofSeconds(15), "Interval of comments in an idle stream");

        private final Topics topics;

        @Inject
        Events(Topics topics) {
            this.topics = topics;
        }

        @Override
        public String name() {
            return "events";
        }

        @Override
        public String summary() {
            return "Serves topics as Server-Sent Events at PATH/TOPIC or PATH?topic=TOPIC, as the table topics says";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(KEEP_ALIVE, RemovedKeys.EVENTS_TOPICS);
        }

        @Override
        public boolean checksOrigin() {
            return true;
        }

        @Override
        public List<String> subpaths() {
            return List.of("", "/{topic}");
        }

        @Override
        public StackType requires() {
            return HTTP;
        }

        @Override
        public Component<?> create(Settings settings) {
            return new SseSubscriber(topics).keepAlive(settings.get(KEEP_ALIVE));
        }
    }
}
