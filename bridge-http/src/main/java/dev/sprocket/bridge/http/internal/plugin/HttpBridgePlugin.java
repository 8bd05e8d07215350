package dev.sprocket.bridge.http.internal.plugin;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.bridge.http.Backend;
import dev.sprocket.bridge.http.HttpBridge;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.internal.loopback.LoopbackHostFilter;
import dev.sprocket.http.route.Router;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.pubsub.push.Publisher;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Plugin with the bridge {@code http} and the component {@code push}.
 *
 * <p>The bridge accepts pushes on a separate port, the component on a route. Not thread-safe.
 */
public final class HttpBridgePlugin implements Plugin {
    private static final Option<String> HOST = Option.string(
            "host", "127.0.0.1", "Listening address; a non-loopback address requires tokens or signing-keys");
    private static final Option<Integer> PORT = Option.port("port", 5557, "Listening port; 0 selects a free port");
    private static final Option<String> PATH =
            Option.string("path", "/push", "Path of POST requests; PATH/TOPIC pushes to one topic");
    private static final Option<Optional<String>> TOPICS_PATH = Option.optionalString(
            "topics-path",
            "Path of the topic list, such as /topics: GET PATH, PATH/TOPIC and PATH/TOPIC/events read, DELETE"
                    + " PATH/TOPIC/events and PATH/TOPIC/retained remove events, with the credentials of a push;"
                    + " default: none");
    private static final Option<Optional<String>> TOPIC_FIELD = Option.optionalString(
            "topic-field",
            "Name of the member with the topic, for JSON objects that are not {topic, event}"
                    + " envelopes; the whole object is the event; without this key only pushes to"
                    + " PATH/TOPIC accept such objects");

    private static final Option<String> NAME = Option.string(
            "name",
            "backend",
            "Name of the backend in logs, unique among tokens and signing-keys; set it from the"
                    + " second backend on");
    private static final Option<String> TOKEN = Option.requiredSecret(
                    "token", "Bearer token of the Authorization header")
            .longSecret();
    private static final Option<String> KEY = Option.requiredSecret("key", "HMAC-SHA256 key that signs each request")
            .longSecret();
    private static final Option<List<String>> TOPICS = Option.strings(
            "topics",
            List.of("*"),
            "Topics that the backend may push to: names, or prefixes followed by *",
            TopicPatterns::of);
    private static final Option<Integer> EVENTS_PER_SECOND = Option.number(
            "events-per-second",
            0,
            0,
            Integer.MAX_VALUE,
            "Maximum number of events per second; beyond it 429; 0 means unlimited");
    private static final Option<List<Settings>> TOKENS = Option.objects(
            "tokens", List.of(NAME, TOKEN, TOPICS, EVENTS_PER_SECOND), "Backends that authenticate by token");
    private static final Option<List<Settings>> SIGNING_KEYS = Option.objects(
            "signing-keys", List.of(NAME, KEY, TOPICS, EVENTS_PER_SECOND), "Backends that authenticate by signature");

    private static final Option<Duration> IDEMPOTENCY_TTL = Option.duration(
            "idempotency-ttl",
            HttpPush.DEFAULT_IDEMPOTENCY_TTL,
            "Time for which the response to an Idempotency-Key is stored");
    private static final Option<Integer> IDEMPOTENCY_MAX_SIZE = Option.size(
            "idempotency-max-size",
            HttpPush.DEFAULT_IDEMPOTENCY_MAX_SIZE,
            "Maximum memory for stored responses; beyond it requests with a new key get 503");
    private static final Option<Duration> SIGNATURE_TOLERANCE = Option.duration(
            "signature-tolerance",
            HttpPush.DEFAULT_SIGNATURE_TOLERANCE,
            "Maximum difference between the time of a signature and the clock of the server");
    private static final Option<Integer> PENDING_LIMIT = Option.size(
            "pending-limit",
            PendingLimit.DEFAULT_BYTES,
            "Maximum number of bytes pending for subscribers; beyond it pushes get 503");
    private static final Option<Boolean> ALLOW_ANONYMOUS = Option.flag(
            "allow-anonymous",
            false,
            "Accept pushes without credentials; only without tokens and signing-keys; rules that grant publish to"
                    + " backend mean those from a loopback address or Unix socket");

    private static final List<Option<?>> PUSH = List.of(
            TOPIC_FIELD,
            TOKENS,
            SIGNING_KEYS,
            IDEMPOTENCY_TTL,
            IDEMPOTENCY_MAX_SIZE,
            SIGNATURE_TOLERANCE,
            PENDING_LIMIT);

    @Override
    public String name() {
        return "bridge-http";
    }

    @Override
    public Module module() {
        return binder -> {
            Multibinder.newSetBinder(binder, BridgeFactory.class).addBinding().to(Bridge.class);
            Multibinder.newSetBinder(binder, ComponentFactory.class)
                    .addBinding()
                    .to(Route.class);
        };
    }

    private static void warnPush(Settings settings, ConfigErrors problems) {
        if (settings.get(SIGNING_KEYS).isEmpty()) {
            settings.warnIfSet(SIGNATURE_TOLERANCE, "without signing-keys", problems);
        }
    }

    private static HttpPush.Builder push(HttpPush.Builder push, Settings settings) {
        settings.get(TOPIC_FIELD).ifPresent(push::topicField);
        push.idempotency(settings.get(IDEMPOTENCY_TTL), settings.get(IDEMPOTENCY_MAX_SIZE))
                .signatureTolerance(settings.get(SIGNATURE_TOLERANCE))
                .pendingLimit(settings.get(PENDING_LIMIT));
        distinct(settings.get(TOKENS), TOKEN);
        distinct(settings.get(SIGNING_KEYS), KEY);
        settings.get(TOKENS).forEach(one -> push.backend(limited(Backend.token(one.get(NAME), one.get(TOKEN)), one)));
        settings.get(SIGNING_KEYS)
                .forEach(one -> push.backend(limited(Backend.signing(one.get(NAME), one.get(KEY)), one)));
        return push;
    }

    /** Rejects backends with the same secret, which could not be distinguished. */
    private static void distinct(List<Settings> backends, Option<String> secret) {
        Map<String, Settings> known = new HashMap<>();
        for (Settings one : backends) {
            Settings other = known.put(one.get(secret), one);
            if (other != null) {
                throw new IllegalArgumentException(secret + " of " + one.get(NAME) + " ("
                        + ConfigErrors.location(one.origin())
                        + ") equals " + secret + " of " + other.get(NAME) + " (" + ConfigErrors.location(other.origin())
                        + "; expected: different values)");
            }
        }
    }

    private static Backend limited(Backend backend, Settings settings) {
        Backend ruled = backend.topics(settings.get(TOPICS));
        return settings.get(EVENTS_PER_SECOND) == 0 ? ruled : ruled.eventsPerSecond(settings.get(EVENTS_PER_SECOND));
    }

    private static final class Bridge implements BridgeFactory {
        private final EventLoops loops;
        private final Topics topics;

        @Inject
        Bridge(EventLoops loops, Topics topics) {
            this.loops = loops;
            this.topics = topics;
        }

        @Override
        public String name() {
            return "http";
        }

        @Override
        public String summary() {
            return "Accepts JSON events by POST on a separate port";
        }

        @Override
        public List<Option<?>> options() {
            return Option.concat(PUSH, HOST, PORT, PATH, TOPICS_PATH);
        }

        @Override
        public List<String> addresses(Settings settings) {
            String host = settings.get(HOST);
            return List.of((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + settings.get(PORT));
        }

        @Override
        public void warn(Settings settings, ConfigErrors problems) {
            warnPush(settings, problems);
        }

        @Override
        public boolean admitsBackendsOnly() {
            return false;
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            HttpPush.Builder push = target instanceof Publisher
                    ? HttpPush.builder(topics)
                    : HttpPush.builder(target).pendingBytes(topics::pendingBytes);
            HttpBridge.Builder bridge = HttpBridge.builder(push(push, settings).build())
                    .bind(settings.get(HOST), settings.get(PORT))
                    .path(settings.get(PATH))
                    .loops(loops);
            settings.get(TOPICS_PATH).ifPresent(bridge::topicsPath);
            return bridge.build();
        }
    }

    private static final class Route implements ComponentFactory {
        /** Key of a state: path, tolerance and limits. */
        private record StateKey(String path, Duration window, Duration remembered, int bytes) {}

        private final Topics topics;
        /** Latest endpoint of each state: repeated requests are recognized after a reload. */
        private final Map<StateKey, HttpPush> latest = new ConcurrentHashMap<>();

        @Inject
        Route(Topics topics) {
            this.topics = topics;
        }

        @Override
        public String name() {
            return "push";
        }

        @Override
        public String summary() {
            return "Accepts JSON events by POST at PATH and PATH/TOPIC";
        }

        @Override
        public List<Option<?>> options() {
            return Option.concat(PUSH, ALLOW_ANONYMOUS);
        }

        @Override
        public StackType requires() {
            return StackType.messages(HttpConnection.class);
        }

        @Override
        public List<String> subpaths() {
            return List.of("", "/{rest*}");
        }

        @Override
        public List<String> methods() {
            return List.of("GET", "POST");
        }

        @Override
        public void warn(Settings settings, ConfigErrors problems) {
            warnPush(settings, problems);
            if (hasBackends(settings)) {
                settings.warnIfSet(
                        ALLOW_ANONYMOUS,
                        "with tokens or signing-keys, because every push then requires credentials",
                        problems);
            }
        }

        @Override
        public void warnExposed(Settings settings, ConfigErrors problems) {
            if (settings.get(ALLOW_ANONYMOUS) && !hasBackends(settings)) {
                problems.warn(
                        settings.origin(ALLOW_ANONYMOUS),
                        "component push: allow-anonymous on an address that is not loopback lets other machines push"
                                + " (expected: tokens, signing-keys, or address = \"127.0.0.1:8080\")");
            }
        }

        private static boolean hasBackends(Settings settings) {
            return !settings.get(TOKENS).isEmpty()
                    || !settings.get(SIGNING_KEYS).isEmpty();
        }

        @Override
        public Component<?> create(Settings settings, String path) {
            if (settings.get(TOKENS).isEmpty()
                    && settings.get(SIGNING_KEYS).isEmpty()
                    && !settings.get(ALLOW_ANONYMOUS)) {
                throw new IllegalArgumentException(
                        "no credentials (expected: tokens = [{ token = … }], signing-keys, or allow-anonymous = on)");
            }
            HttpPush.Builder push = push(HttpPush.builder(topics), settings);
            StateKey place = new StateKey(
                    path,
                    settings.get(SIGNATURE_TOLERANCE),
                    settings.get(IDEMPOTENCY_TTL),
                    settings.get(IDEMPOTENCY_MAX_SIZE));
            HttpPush pushes = Objects.requireNonNull(latest.compute(
                    place,
                    (key, earlier) -> earlier == null
                            ? push.build()
                            : push.stateOf(earlier).build()));
            Router router = pushes.on(new Router(), path);
            return pushes.isAuthenticated() ? router : new LoopbackHostFilter(router);
        }

        @Override
        public Component<?> create(Settings settings) {
            return create(settings, "/push");
        }
    }
}
