package dev.sprocket.bridge.zmq.internal.plugin;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.bridge.zmq.ZmqBridge;
import dev.sprocket.bridge.zmq.ZmqFrames;
import dev.sprocket.bridge.zmq.ZmqKeys;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.net.Cidr;
import dev.sprocket.core.io.Endpoint;
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

/** Plugin with the bridge {@code zmq}. Not thread-safe. */
public final class ZmqBridgePlugin implements Plugin {
    private enum Type {
        PULL,
        SUB,
        ROUTER
    }

    private static final Option<Type> SOCKET_TYPE = Option.choice(
            "socket-type",
            Type.PULL,
            "ZeroMQ socket type: pull receives from PUSH, sub from PUB, router from REQ and" + " DEALER");
    private static final Option<String> HOST = Option.string(
            "host", "127.0.0.1", "Listening address; a non-loopback address requires CURVE keys and client-keys");
    private static final Option<Integer> PORT = Option.port("port", 5555, "Listening port; 0 selects a free port");
    private static final Option<List<String>> CONNECT = Option.strings(
            "connect", List.of(), "Peers host:port to connect to, instead of listening", Factory::checkPeer);
    private static final Option<List<String>> SUBSCRIBE = Option.strings(
            "subscribe",
            List.of(),
            "Prefixes of the first frame (topics), for socket-type sub; empty receives everything");
    private static final Option<Optional<ZmqFrames>> FRAMES = Option.optionalChoice(
            "frames", ZmqFrames.class, "Frames of a message; default: one, and one-or-two for sub");
    private static final Option<Optional<String>> PUBLIC_KEY =
            Option.optionalString("public-key", "Own CURVE public key, 40 characters of Z85");
    private static final Option<Optional<String>> SECRET_KEY =
            Option.optionalSecret("secret-key", "Own CURVE secret key, 40 characters of Z85");
    private static final Option<List<String>> CLIENT_KEYS = Option.strings(
            "client-keys", List.of(), "CURVE public keys of the clients that may connect", key -> ZmqBridge.pull(
                            (from, message) -> {})
                    .clientKey(key));
    private static final Option<Optional<String>> SERVER_KEY =
            Option.optionalString("server-key", "CURVE public key of the peers in connect");
    private static final Option<List<String>> ALLOW =
            Option.strings("allow", List.of(), "Addresses and ranges that may connect; empty allows all", range -> {
                var unused = Cidr.parse(range);
            });
    private static final Option<Integer> MAX_FRAME_SIZE = Option.size(
            "max-frame-size",
            ZmqBridge.DEFAULT_MAX_FRAME_SIZE,
            "Maximum size of a frame; a larger one disconnects its sender");
    private static final Option<Integer> HIGH_WATER_MARK = Option.number(
            "high-water-mark",
            ZmqBridge.DEFAULT_HIGH_WATER_MARK,
            1,
            Integer.MAX_VALUE,
            "Maximum number of messages queued per sender (ZMQ_RCVHWM)");
    private static final Option<Integer> PENDING_LIMIT = Option.size(
            "pending-limit",
            PendingLimit.DEFAULT_BYTES,
            "Maximum number of bytes pending for subscribers; beyond it receiving pauses");
    private static final Option<Duration> HOLD_TIMEOUT = Option.duration(
            "hold-timeout",
            PushHold.DEFAULT_TIMEOUT,
            "Maximum time for which a message is held, and none is received, while the log of a topic accepts no events,"
                    + " because the engine is away; beyond it the push fails; 0s: it fails at once");

    @Override
    public String name() {
        return "bridge-zmq";
    }

    @Override
    public Module module() {
        return binder -> Multibinder.newSetBinder(binder, BridgeFactory.class)
                .addBinding()
                .to(Factory.class);
    }

    private static final class Factory implements BridgeFactory {
        private final Topics topics;

        @Inject
        Factory(Topics topics) {
            this.topics = topics;
        }

        @Override
        public String name() {
            return "zmq";
        }

        @Override
        public String summary() {
            return "Receives JSON events over ZeroMQ";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(
                    SOCKET_TYPE,
                    HOST,
                    PORT,
                    CONNECT,
                    SUBSCRIBE,
                    FRAMES,
                    PUBLIC_KEY,
                    SECRET_KEY,
                    CLIENT_KEYS,
                    SERVER_KEY,
                    ALLOW,
                    MAX_FRAME_SIZE,
                    HIGH_WATER_MARK,
                    PENDING_LIMIT,
                    HOLD_TIMEOUT);
        }

        @Override
        public List<String> addresses(Settings settings) {
            String host = settings.get(HOST);
            return settings.get(CONNECT).isEmpty()
                    ? List.of((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + settings.get(PORT))
                    : List.of();
        }

        @Override
        public boolean admitsBackendsOnly() {
            return false;
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            ZmqBridge.Builder bridge =
                    switch (settings.get(SOCKET_TYPE)) {
                        case PULL -> ZmqBridge.pull(target);
                        case SUB -> ZmqBridge.sub(target);
                        case ROUTER -> ZmqBridge.router(target);
                    };
            if (settings.get(CONNECT).isEmpty()) {
                bridge.bind(settings.get(HOST), settings.get(PORT));
            }
            settings.get(CONNECT).forEach(at -> connect(bridge, at));
            settings.get(SUBSCRIBE).forEach(bridge::subscribe);
            settings.get(FRAMES).ifPresent(bridge::frames);
            keys(settings).ifPresent(bridge::curve);
            settings.get(CLIENT_KEYS).forEach(bridge::clientKey);
            settings.get(SERVER_KEY).ifPresent(bridge::serverKey);
            settings.get(ALLOW).forEach(bridge::allow);
            return bridge.maxFrameSize(settings.get(MAX_FRAME_SIZE))
                    .highWaterMark(settings.get(HIGH_WATER_MARK))
                    .pendingLimit(settings.get(PENDING_LIMIT))
                    .holdTimeout(settings.get(HOLD_TIMEOUT))
                    .pendingBytes(topics::pendingBytes)
                    .build();
        }

        private static Optional<ZmqKeys> keys(Settings settings) {
            Optional<String> open = settings.get(PUBLIC_KEY);
            Optional<String> secret = settings.get(SECRET_KEY);
            if (open.isPresent() != secret.isPresent()) {
                throw new IllegalArgumentException("one key (expected: public-key and secret-key, or neither)");
            }
            return open.map(key -> new ZmqKeys(key, secret.orElseThrow()));
        }

        private static void checkPeer(String at) {
            connect(ZmqBridge.pull((from, message) -> {}), at);
        }

        private static void connect(ZmqBridge.Builder bridge, String at) {
            int colon = at.lastIndexOf(':');
            String port = at.substring(colon + 1);
            if (colon < 1 || !port.matches("\\d{1,5}")) {
                throw new IllegalArgumentException(at + " (expected: host:port)");
            }
            bridge.connect(at.substring(0, colon), Integer.parseInt(port));
        }
    }
}
