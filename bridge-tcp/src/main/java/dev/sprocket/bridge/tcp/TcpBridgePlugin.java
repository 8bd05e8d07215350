package dev.sprocket.bridge.tcp;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.EventLoops;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Brings the bridge {@code tcp}. Not thread-safe. */
public final class TcpBridgePlugin implements Plugin {
    private static final Option<String> HOST = Option.text("host", "127.0.0.1", "where it listens");
    private static final Option<Integer> PORT = Option.port("port", 5556, "where it listens; 0 takes a free one");
    private static final Option<TcpFraming> FRAMING =
            Option.choice("framing", TcpFraming.LINES, "how messages are told apart");
    private static final Option<Optional<String>> SECRET =
            Option.optionalSecret("secret", "the line that each connection must begin with");
    private static final Option<Boolean> ANSWERS =
            Option.flag("acknowledge", false, "whether each message is answered: ok 3, or error and why");
    private static final Option<Integer> LIMIT =
            Option.size("max-message-size", TcpBridge.LIMIT, "the longest message");
    private static final Option<Integer> CONNECTIONS = Option.number(
            "max-connections", TcpBridgeBuilder.CONNECTIONS, 1, Integer.MAX_VALUE, "how many there may be");
    private static final Option<Duration> IDLE =
            Option.duration("idle-timeout", TcpBridgeBuilder.IDLE, "for how long a connection may send nothing");
    private static final Option<Integer> HOLD = Option.size(
            "pending-limit",
            TcpBridgeBuilder.HOLD_ABOVE,
            "how much may wait for subscribers before nothing is read any more");

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
            return "JSON over TCP";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(HOST, PORT, FRAMING, SECRET, ANSWERS, LIMIT, CONNECTIONS, IDLE, HOLD);
        }

        @Override
        public List<String> addresses(Settings settings) {
            String host = settings.get(HOST);
            return List.of((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + settings.get(PORT));
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            TcpBridgeBuilder bridge = TcpBridge.builder(target)
                    .bind(settings.get(HOST), settings.get(PORT))
                    .loops(loops)
                    .framing(settings.get(FRAMING))
                    .limit(settings.get(LIMIT))
                    .connections(settings.get(CONNECTIONS))
                    .idleTimeout(settings.get(IDLE))
                    .holdAbove(settings.get(HOLD))
                    .waiting(topics::pendingBytes);
            settings.get(SECRET).ifPresent(bridge::secret);
            return (settings.get(ANSWERS) ? bridge.answers() : bridge).build();
        }
    }
}
