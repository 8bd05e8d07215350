package dev.sprocket.bridge.http;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.EventLoops;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.LoopbackHostFilter;
import dev.sprocket.http.Router;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.ComponentFactory;
import dev.sprocket.plugin.ConfigErrors;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.plugin.StackType;
import dev.sprocket.pubsub.Publisher;
import dev.sprocket.pubsub.TopicPatterns;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings the bridge {@code http}, pushes on a port of their own, and the component {@code push}, for a route among others.
 * Not thread-safe.
 */
public final class HttpBridgePlugin implements Plugin {
    private static final Option<String> HOST = Option.text("host", "127.0.0.1", "where it listens");
    private static final Option<Integer> PORT = Option.port("port", 5557, "where it listens; 0 takes a free one");
    private static final Option<String> PATH = Option.text("path", "/push", "where to POST");
    private static final Option<Optional<String>> TOPICS_PATH =
            Option.optionalText("topics-path", "where to GET what topics there are, such as /topics");
    private static final Option<Optional<String>> TOPIC_FIELD =
            Option.optionalText("topic-field", "the member that names the topic of an object that is no envelope");

    private static final Option<String> NAME = Option.text("name", "backend", "how logs call it");
    private static final Option<String> TOKEN = Option.requiredSecret("token", "sent as Authorization: Bearer");
    private static final Option<String> KEY = Option.requiredSecret("key", "signs each request (HMAC-SHA256)");
    private static final Option<List<String>> TOPICS = Option.texts(
            "topics", List.of("*"), "which topics it may push to: names, or beginnings and a *", TopicPatterns::of);
    private static final Option<Integer> PER_SECOND =
            Option.number("events-per-second", 0, 0, Integer.MAX_VALUE, "how many events; 0 is no limit");
    private static final Option<List<Settings>> TOKENS =
            Option.table("tokens", List.of(NAME, TOKEN, TOPICS, PER_SECOND), "backends that may push, each by a token");
    private static final Option<List<Settings>> SIGNING = Option.table(
            "signing-keys", List.of(NAME, KEY, TOPICS, PER_SECOND), "backends that may push, each by a key");

    private static final Option<Duration> REMEMBERED = Option.duration(
            "idempotency-ttl", HttpPushBuilder.REMEMBERED, "how long a request with an Idempotency-Key is remembered");
    private static final Option<Integer> REMEMBERED_BYTES =
            Option.size("idempotency-max-size", HttpPushBuilder.REMEMBERED_BYTES, "how much may be remembered");
    private static final Option<Duration> WINDOW = Option.duration(
            "signature-tolerance",
            HttpPushBuilder.SIGNATURE_WINDOW,
            "how far the time of a signature may be away from now");
    private static final Option<Integer> HOLD = Option.size(
            "pending-limit",
            HttpPushBuilder.HOLD_ABOVE,
            "how much may wait for subscribers before pushes are answered with 503");
    private static final Option<Boolean> OPEN = Option.flag(
            "allow-anonymous",
            false,
            "whether anybody may push who can reach the route, with neither tokens nor signing-keys");

    private static final List<Option<?>> PUSH =
            List.of(TOPIC_FIELD, TOKENS, SIGNING, REMEMBERED, REMEMBERED_BYTES, WINDOW, HOLD);

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

    private static HttpPushBuilder push(HttpPushBuilder push, Settings settings) {
        settings.get(TOPIC_FIELD).ifPresent(push::topicField);
        push.idempotency(settings.get(REMEMBERED), settings.get(REMEMBERED_BYTES))
                .signatureWindow(settings.get(WINDOW))
                .holdAbove(settings.get(HOLD));
        distinct(settings.get(TOKENS), TOKEN);
        distinct(settings.get(SIGNING), KEY);
        settings.get(TOKENS).forEach(one -> push.backend(limited(Backend.token(one.get(NAME), one.get(TOKEN)), one)));
        settings.get(SIGNING).forEach(one -> push.backend(limited(Backend.signing(one.get(NAME), one.get(KEY)), one)));
        return push;
    }

    /** Two backends with one secret could not be told apart: the topics and the rate of the first would hold for both. */
    private static void distinct(List<Settings> backends, Option<String> secret) {
        Map<String, Settings> known = new HashMap<>();
        for (Settings one : backends) {
            Settings other = known.put(one.get(secret), one);
            if (other != null) {
                throw new IllegalArgumentException(
                        secret + " of " + one.get(NAME) + " (" + ConfigErrors.place(one.origin())
                                + ") is that of " + other.get(NAME) + ", too (" + ConfigErrors.place(other.origin())
                                + "; expected: one for each backend)");
            }
        }
    }

    private static Backend limited(Backend backend, Settings settings) {
        Backend ruled = backend.topics(TopicPatterns.of(settings.get(TOPICS)));
        return settings.get(PER_SECOND) == 0 ? ruled : ruled.perSecond(settings.get(PER_SECOND));
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
            return "JSON by POST, on a port of its own";
        }

        @Override
        public List<Option<?>> options() {
            return Option.and(PUSH, HOST, PORT, PATH, TOPICS_PATH);
        }

        @Override
        public List<String> addresses(Settings settings) {
            String host = settings.get(HOST);
            return List.of((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + settings.get(PORT));
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            HttpPushBuilder push = target instanceof Publisher
                    ? HttpPush.builder(topics)
                    : HttpPush.builder(target).waiting(topics::pendingBytes);
            HttpBridgeBuilder bridge = HttpBridge.builder(push(push, settings).build())
                    .bind(settings.get(HOST), settings.get(PORT))
                    .path(settings.get(PATH))
                    .loops(loops);
            settings.get(TOPICS_PATH).ifPresent(bridge::topicsPath);
            return bridge.build();
        }
    }

    private static final class Route implements ComponentFactory {
        /** Where requests are remembered, and for how long. */
        private record Place(String path, Duration window, Duration remembered, int bytes) {}

        private final Topics topics;
        /** They go on when the file is read again: a request must not count twice for that. */
        private final Map<Place, PushState> memories = new ConcurrentHashMap<>();

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
            return "takes events by POST, below the route's path too";
        }

        @Override
        public List<Option<?>> options() {
            return Option.and(PUSH, OPEN);
        }

        @Override
        public StackType needs() {
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
        public Component<?> create(Settings settings, String path) {
            if (settings.get(TOKENS).isEmpty() && settings.get(SIGNING).isEmpty() && !settings.get(OPEN)) {
                throw new IllegalArgumentException(
                        "no secret (expected: tokens = [{ token = … }], or signing-keys, or allow-anonymous = on for"
                                + " anybody)");
            }
            HttpPushBuilder push = push(HttpPush.builder(topics), settings);
            Place place =
                    new Place(path, settings.get(WINDOW), settings.get(REMEMBERED), settings.get(REMEMBERED_BYTES));
            HttpPush pushes = push.memory(memories.computeIfAbsent(place, any -> PushState.of(push)))
                    .build();
            Router router = pushes.on(new Router(), path);
            return pushes.isSecured() ? router : new LoopbackHostFilter(router);
        }

        @Override
        public Component<?> create(Settings settings) {
            return create(settings, "/push");
        }
    }
}
