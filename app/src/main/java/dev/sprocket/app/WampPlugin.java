package dev.sprocket.app;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.OutboundLimit;
import dev.sprocket.core.OverflowPolicy;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.SimpleFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.TopicPatterns;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.sse.CometOptions;
import dev.sprocket.sse.CometServer;
import dev.sprocket.sse.CometSessions;
import dev.sprocket.sse.SseSubscriber;
import dev.sprocket.wamp.Curies;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.RawSocket;
import dev.sprocket.wamp.Realm;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.RequestIds;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.WampServer;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.KeepAlive;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsLimits;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings the parts of {@code websocket}, {@code wamp} and {@code sse}. Not thread-safe. */
public final class WampPlugin implements Plugin {
    private static final StackType HTTP = StackType.messages(HttpConnection.class);
    private static final StackType SOCKET = StackType.messages(Connection.class);
    private static final StackType WS = StackType.messages(WsConnection.class);
    static final StackType WAMP = StackType.of(WampComponent.class, WampConnection.class);

    private static final Option<Duration> IDLE = Option.duration(
            "ping-interval",
            KeepAlive.DEFAULT.idle(),
            "how long a peer may be silent before it is asked for a sign; 0s never");
    private static final Option<Duration> ANSWER =
            Option.duration("pong-timeout", KeepAlive.DEFAULT.pongTimeout(), "how long it may then go on being silent");
    private static final Option<Boolean> DEFLATE =
            Option.flag("compression", false, "whether messages are compressed for clients that offer it");
    private static final Option<Integer> THRESHOLD =
            Option.size("compression-threshold", 1024, "messages that are shorter go as they are");
    private static final Option<Boolean> LENIENT = Option.flag(
            "allow-missing-subprotocol", false, "whether clients are let in with which no subprotocol is agreed");
    private static final Option<Boolean> OLD =
            Option.flag("legacy-drafts", false, "whether clients of 2010 and 2011 are let in");
    private static final Option<Integer> COMPRESSION_MEMORY = Option.size(
            "compression-memory",
            (int) Deflate.DEFAULT.clientMemory(),
            "memory for the compression windows of clients, up to 32 KiB each; past it connections are not compressed");
    private static final Option<Optional<Integer>> FRAME =
            Option.optionalSize("max-frame-size", "longest frame, default: max-message-size; past it close code 1009");
    private static final Option<Integer> MESSAGE = Option.size(
            "max-message-size", WsLimits.DEFAULT.message(), "longest message, inflated; past it close code 1009");
    private static final Option<Integer> FRAGMENTS = Option.number(
            "max-fragments", WsLimits.DEFAULT.fragments(), 1, Integer.MAX_VALUE, "the most frames of a message");

    private static final Option<Curies> CURIES =
            Option.choice("curies", Curies.PLAIN, "how prefix:rest becomes a URI; ratchet puts a # between");
    private static final Option<Boolean> SILENT = Option.flag(
            "silent-disconnect", false, "whether leaving by disconnecting calls no onUnsubscribe, as in Ratchet");
    private static final Option<Integer> SUBSCRIPTIONS = Option.number(
            "max-subscriptions",
            WampOptions.DEFAULT.maxSubscriptions(),
            1,
            Integer.MAX_VALUE,
            "the most of a connection");
    private static final Option<Integer> PREFIXES = Option.number(
            "max-prefixes", WampOptions.DEFAULT.maxPrefixes(), 0, Integer.MAX_VALUE, "the most of a connection");

    private static final Option<Integer> CONNECTIONS = Option.number(
            "max-connections", CometOptions.DEFAULT.connections(), 1, Integer.MAX_VALUE, "how many on all such routes");
    private static final Option<Duration> GRACE =
            Option.duration("reconnect-timeout", CometOptions.DEFAULT.grace(), "how long nobody may listen");
    private static final Option<Duration> POLL = Option.duration(
            "poll-timeout", CometOptions.DEFAULT.poll(), "how long a poll waits; less than response-timeout of http");
    private static final Option<Duration> COMMENT = Option.duration(
            "keep-alive-interval", CometOptions.DEFAULT.keepAlive(), "how often a stream is sent a comment");
    private static final Option<Integer> REPLAY = Option.size(
            "replay-buffer", CometOptions.DEFAULT.replay(), "how much of a stream is kept in case that it breaks off");
    private static final Option<Integer> WAITING = Option.size(
            "outbound-limit", (int) CometOptions.DEFAULT.outbound().bytes(), "how much may wait for a client");
    private static final Option<OverflowPolicy> PAST =
            Option.choice("overflow", CometOptions.DEFAULT.outbound().overflow(), "what happens past that");
    private static final Option<String> REALM =
            Option.text("realm", Realm.DEFAULT_NAME, "what clients of WAMP v2 join; routes may share one");
    private static final Option<RequestIds> REQUEST_IDS = Option.choice(
            "request-ids",
            RequestIds.SEQUENTIAL,
            "ids of WAMP v2 requests; any admits the random ids of Thruway and of AutobahnJS before 2018");
    private static final Option<Boolean> OWN_TOPICS =
            Option.flag("private-topics", false, "whether the realm has topics of its own, which bridges do not reach");
    private static final Option<Boolean> STRICT =
            Option.flag("strict-uris", false, "whether URIs of WAMP v2 have lower-case letters, digits and _ only");
    private static final Option<Integer> REGISTRATIONS =
            Option.number("max-registrations", 1000, 0, Integer.MAX_VALUE, "the most procedures of a connection");
    private static final Option<MetaAccess> META = Option.choice(
            "meta-api",
            MetaAccess.AUTHENTICATED,
            "clients that may call the meta procedures and hear the meta events of WAMP (wamp.…)");
    private static final Option<Boolean> KILL = Option.flag(
            "session-kill",
            false,
            "whether clients may end others' sessions, if a rule lets them call wamp.session.kill");
    private static final Option<List<String>> KEPT = Option.texts(
            "topics", List.of("*"), "which topics: names, or beginnings with a * at the end", TopicPatterns::of);
    private static final Option<Integer> EVENTS =
            Option.number("max-events", 100, 1, 1_000_000, "how many, of each of these names and beginnings");
    private static final Option<Integer> HISTORY_BYTES = Option.size(
            "max-bytes",
            16 << 20,
            "Size of the events of each name or beginning; the oldest events leave it past that");
    private static final Option<Integer> CLIENT_BYTES = Option.size(
            "max-bytes-per-client",
            (int) RealmLimits.DEFAULT.clientBytes(),
            "Memory of one client for its retained events; as much each for its unanswered calls, its unanswered"
                    + " invocations, its testaments and its registrations; an error past that");
    private static final Option<Integer> REALM_BYTES = Option.size(
            "max-bytes-per-realm",
            (int) RealmLimits.DEFAULT.realmBytes(),
            "Memory of all clients for each of the kinds of max-bytes-per-client and for subscriptions; an error past"
                    + " that");
    private static final Option<Duration> RETAINED_TTL = Option.duration(
            "retained-ttl", RealmLimits.DEFAULT.retainedTtl(), "Time after which retained events expire; 0s for never");
    private static final Option<Integer> PATTERNS = Option.number(
            "max-patterns-per-topic",
            RealmLimits.DEFAULT.patternsPerTopic(),
            1,
            Integer.MAX_VALUE,
            "Number of patterns of one connection that may match one topic; an error past that");
    private static final Option<List<Settings>> HISTORY = Option.table(
            "history", List.of(KEPT, EVENTS, HISTORY_BYTES), "the last events of topics, for those who missed them");
    private static final Option<Integer> RAW_LIMIT =
            Option.size("max-message-size", RawSocket.DEFAULT_LIMIT, "the longest message, a power of two");

    /** Options of a realm, which hold for all routes to it. */
    static final List<Option<?>> OF_REALM = List.of(
            OWN_TOPICS,
            STRICT,
            REGISTRATIONS,
            META,
            KILL,
            CLIENT_BYTES,
            REALM_BYTES,
            RETAINED_TTL,
            PATTERNS,
            HISTORY,
            ConfiguredUsers.LOGINS,
            ConfiguredUsers.ANONYMOUS);

    /** Options of the connections of one route. */
    static final List<Option<?>> OF_ROUTE =
            List.of(CURIES, SILENT, SUBSCRIPTIONS, PREFIXES, REALM, REQUEST_IDS, ConfiguredUsers.V1_CLIENTS);

    private final ConfiguredRealms realms = new ConfiguredRealms();

    @Override
    public String name() {
        return "wamp";
    }

    @Override
    public Module module() {
        return binder -> {
            binder.bind(ConfiguredRealms.class).toInstance(realms);
            var layers = Multibinder.newSetBinder(binder, LayerFactory.class);
            layers.addBinding()
                    .toInstance(SimpleFactory.upgrade(
                            "ws",
                            "speaks WebSocket",
                            HTTP,
                            WS,
                            List.of(
                                    IDLE,
                                    ANSWER,
                                    DEFLATE,
                                    THRESHOLD,
                                    COMPRESSION_MEMORY,
                                    LENIENT,
                                    OLD,
                                    FRAME,
                                    MESSAGE,
                                    FRAGMENTS),
                            WampPlugin::webSocket));
            layers.addBinding().to(Wamp.class);
            layers.addBinding().toInstance(comet());
            layers.addBinding()
                    .toInstance(SimpleFactory.decorator(
                            "rawsocket",
                            "speaks WAMP v2 by RawSocket too, on the same port",
                            SOCKET,
                            List.of(RAW_LIMIT),
                            (inner, settings) ->
                                    realms.rawSocketOr(LayerFactory.messages(inner), settings.get(RAW_LIMIT))));
            var components = Multibinder.newSetBinder(binder, ComponentFactory.class);
            components.addBinding().to(PubSubFactory.Factory.class);
            components.addBinding().to(Events.class);
            components
                    .addBinding()
                    .toInstance(SimpleFactory.component(
                            "rawsocket",
                            "WAMP v2 by RawSocket, into the realms of all routes",
                            SOCKET,
                            List.of(RAW_LIMIT),
                            settings -> realms.rawSocket().limit(settings.get(RAW_LIMIT))));
        };
    }

    /** All that it makes share their connections, so that they go on when the file is read again. */
    private static LayerFactory comet() {
        CometSessions sessions = new CometSessions();
        return SimpleFactory.answering(
                "comet",
                "listens by GET and hears by POST, where WebSocket does not get through",
                HTTP,
                StackType.messages(Connection.class),
                List.of("GET", "POST", "DELETE"),
                List.of(CONNECTIONS, GRACE, POLL, COMMENT, REPLAY, WAITING, PAST),
                (inner, settings) -> new CometServer(
                        LayerFactory.messages(inner),
                        new CometOptions(
                                settings.get(CONNECTIONS),
                                settings.get(GRACE),
                                settings.get(POLL),
                                settings.get(COMMENT),
                                settings.get(REPLAY),
                                new OutboundLimit(settings.get(WAITING), settings.get(PAST))),
                        sessions));
    }

    private static Component<?> webSocket(Component<?> inner, Settings settings) {
        WsServer server = new WsServer(
                        LayerFactory.messages(inner),
                        new WsLimits(
                                settings.get(FRAME).orElse(settings.get(MESSAGE)),
                                settings.get(MESSAGE),
                                settings.get(FRAGMENTS)))
                .keepAlive(
                        settings.get(IDLE).isZero()
                                ? KeepAlive.OFF
                                : new KeepAlive(settings.get(IDLE), settings.get(ANSWER)));
        if (settings.get(DEFLATE)) {
            server = server.compress(
                    Deflate.DEFAULT.threshold(settings.get(THRESHOLD)).clientMemory(settings.get(COMPRESSION_MEMORY)));
        }
        if (settings.get(LENIENT)) {
            server = server.lenient();
        }
        return settings.get(OLD) ? server.oldDrafts() : server;
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
            return "speaks WAMP v1 and v2, and keeps topics and procedures";
        }

        @Override
        public List<Option<?>> options() {
            return Stream.concat(OF_ROUTE.stream(), OF_REALM.stream()).toList();
        }

        @Override
        public StackType needs() {
            return WS;
        }

        @Override
        public StackType gives(StackType given) {
            return WAMP;
        }

        @Override
        public void announce(Settings settings) {
            realms.announce(settings.get(REALM), settings, OF_REALM);
        }

        @Override
        public Component<?> around(Component<?> inner, Settings own) {
            Settings settings = realms.joined(own.get(REALM), own, OF_REALM);
            WampOptions options = new WampOptions(
                            settings.get(CURIES),
                            settings.get(SILENT),
                            settings.get(SUBSCRIPTIONS),
                            settings.get(PREFIXES))
                    .requestIds(settings.get(REQUEST_IDS));
            WampOptions all = inner instanceof PubSubFactory rules ? options.authorizer(rules.authorizer()) : options;
            if (inner instanceof PubSubFactory rules && !settings.get(OWN_TOPICS)) {
                realms.add(rules);
            }
            WampServer server = new WampServer(realms.serve(
                    settings.get(REALM),
                    () -> settings.get(OWN_TOPICS) ? new Topics() : topics,
                    (WampComponent) inner,
                    realm -> configured(realm.options(all), settings)));
            return ConfiguredUsers.admitsV1(settings) ? server : server.onlyV2();
        }

        private static Realm configured(Realm realm, Settings settings) {
            Realm made = ConfiguredUsers.on(realm, settings)
                    .maxRegistrations(settings.get(REGISTRATIONS))
                    .meta(settings.get(META))
                    .limits(RealmLimits.DEFAULT
                            .clientBytes(settings.get(CLIENT_BYTES))
                            .realmBytes(settings.get(REALM_BYTES))
                            .retainedTtl(settings.get(RETAINED_TTL))
                            .patternsPerTopic(settings.get(PATTERNS)));
            if (settings.get(STRICT)) {
                made = made.strictUris();
            }
            if (settings.get(KILL)) {
                made = made.allowSessionKill();
            }
            for (Settings rule : settings.get(HISTORY)) {
                for (String topics : rule.get(KEPT)) {
                    made = topics.endsWith("*")
                            ? made.history(
                                    MatchPolicy.PREFIX,
                                    topics.substring(0, topics.length() - 1),
                                    rule.get(EVENTS),
                                    rule.get(HISTORY_BYTES))
                            : made.history(MatchPolicy.EXACT, topics, rule.get(EVENTS), rule.get(HISTORY_BYTES));
                }
            }
            return made;
        }
    }

    private static final class Events implements ComponentFactory {
        private static final Option<List<String>> TOPICS = Option.texts(
                "topics", List.of("*"), "which topics: names, or beginnings with a * at the end", TopicPatterns::of);
        private static final Option<Duration> KEEP_ALIVE =
                Option.duration("keep-alive-interval", Duration.ofSeconds(15), "how often a comment is sent");

        private final Topics topics;
        private final ConfiguredRealms realms;

        @Inject
        Events(Topics topics, ConfiguredRealms realms) {
            this.topics = topics;
            this.realms = realms;
        }

        @Override
        public String name() {
            return "events";
        }

        @Override
        public String summary() {
            return "topics as Server-Sent Events, below the route's path, by the rules of all pubsub components";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(TOPICS, KEEP_ALIVE);
        }

        @Override
        public boolean checksOrigin() {
            return true;
        }

        @Override
        public List<String> subpaths() {
            return List.of("/{topic}");
        }

        @Override
        public StackType needs() {
            return HTTP;
        }

        @Override
        public Component<?> create(Settings settings) {
            return new SseSubscriber(topics, TopicPatterns.of(settings.get(TOPICS))::allows, settings.get(KEEP_ALIVE))
                    .withAuthorizer(realms::denial);
        }
    }
}
