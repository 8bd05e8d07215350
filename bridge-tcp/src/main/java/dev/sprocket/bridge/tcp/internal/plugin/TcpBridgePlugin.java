package dev.sprocket.bridge.tcp.internal.plugin;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.bridge.tcp.TcpBridge;
import dev.sprocket.bridge.tcp.TcpFraming;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import dev.sprocket.pubsub.internal.push.PushHold;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Plugin with the bridge {@code tcp}. Not thread-safe. */
public final class TcpBridgePlugin implements Plugin {
    private static final Option<String> HOST =
            Option.string("host", "127.0.0.1", "Listening address; a non-loopback address requires a secret");
    private static final Option<Integer> PORT = Option.port("port", 5556, "Listening port; 0 selects a free port");
    private static final Option<TcpFraming> FRAMING = Option.choice(
            "framing",
            TcpFraming.LINES,
            "Framing of messages: one per line, one per connection, or prefixed by its length (4"
                    + " bytes, big-endian)");
    private static final Option<Optional<String>> SECRET = Option.optionalSecret(
                    "secret", "First line that each connection must send")
            .longSecret();
    private static final Option<Boolean> ACKNOWLEDGE = Option.flag(
            "acknowledge", false, "Respond to each message: ok and the number of subscribers, or error and the reason");
    private static final Option<Integer> MAX_MESSAGE_SIZE = Option.size(
            "max-message-size",
            TcpBridge.DEFAULT_MAX_MESSAGE_SIZE,
            "Maximum size of a message; a larger one closes the connection");
    private static final Option<Integer> MAX_CONNECTIONS = Option.number(
            "max-connections",
            TcpBridge.DEFAULT_MAX_CONNECTIONS,
            1,
            Integer.MAX_VALUE,
            "Maximum number of connections; further ones are closed");
    private static final Option<Duration> IDLE_TIMEOUT = Option.duration(
            "idle-timeout",
            TcpBridge.DEFAULT_IDLE_TIMEOUT,
            "Maximum time without data from a connection; beyond it the connection is closed");
    private static final Option<Duration> HOLD_TIMEOUT = Option.duration(
            "hold-timeout",
            PushHold.DEFAULT_TIMEOUT,
            "Maximum time for which a connection is held while the log of a topic accepts no events, because the engine"
                    + " is away; beyond it pushes fail; 0s: they fail at once");
    private static final Option<Integer> HOLD_LIMIT = Option.size(
                    "hold-limit",
                    PushHold.DEFAULT_BYTES,
                    "Maximum memory for the pushes of a connection that wait behind a held one; beyond it pushes fail;"
                            + " all connections have 64 MiB together")
            .positive();
    private static final Option<Integer> PENDING_LIMIT = Option.size(
            "pending-limit",
            PendingLimit.DEFAULT_BYTES,
            "Maximum number of bytes pending for subscribers; beyond it reading pauses");

    @Override
    public String name() {
        return "bridge-tcp";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, BridgeFactory.class)
                .addBinding()
                .to(Factory.class);
    }

    private static final class Factory implements BridgeFactory {
        private final EventLoops loops;
        private final Topics topics;

        @Inject
        Factory(EventLoops loops, Topics topics) {
            this.loops = loops;
            this.topics = topics;
        }

        @Override
        public String name() {
            return "tcp";
        }

        @Override
        public String summary() {
            return "Accepts JSON events over TCP";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(
                    HOST,
                    PORT,
                    FRAMING,
                    SECRET,
                    ACKNOWLEDGE,
                    MAX_MESSAGE_SIZE,
                    MAX_CONNECTIONS,
                    IDLE_TIMEOUT,
                    PENDING_LIMIT,
                    HOLD_TIMEOUT,
                    HOLD_LIMIT);
        }

        @Override
        public List<String> addresses(Settings settings) {
            String host = settings.get(HOST);
            return List.of((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + settings.get(PORT));
        }

        @Override
        public boolean admitsBackendsOnly() {
            return false;
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            TcpBridge.Builder bridge = TcpBridge.builder(target)
                    .bind(settings.get(HOST), settings.get(PORT))
                    .loops(loops)
                    .framing(settings.get(FRAMING))
                    .maxMessageSize(settings.get(MAX_MESSAGE_SIZE))
                    .maxConnections(settings.get(MAX_CONNECTIONS))
                    .idleTimeout(settings.get(IDLE_TIMEOUT))
                    .pendingLimit(settings.get(PENDING_LIMIT))
                    .holdTimeout(settings.get(HOLD_TIMEOUT))
                    .holdLimit(settings.get(HOLD_LIMIT))
                    .pendingBytes(topics::pendingBytes);
            settings.get(SECRET).ifPresent(bridge::secret);
            return (settings.get(ACKNOWLEDGE) ? bridge.acknowledge() : bridge).build();
        }
    }
}
