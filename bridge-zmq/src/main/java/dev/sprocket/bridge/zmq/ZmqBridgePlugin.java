package dev.sprocket.bridge.zmq;

import com.google.inject.Inject;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import dev.sprocket.core.Cidr;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.BridgeFactory;
import dev.sprocket.plugin.Option;
import dev.sprocket.plugin.Plugin;
import dev.sprocket.plugin.Settings;
import dev.sprocket.pubsub.Topics;
import java.util.List;
import java.util.Optional;

/** Brings the bridge {@code zmq}. Not thread-safe. */
public final class ZmqBridgePlugin implements Plugin {
    private enum Type {
        PULL,
        SUB,
        ROUTER
    }

    private static final Option<Type> TYPE = Option.choice(
            "socket-type", Type.PULL, "the socket: pull for PUSH, sub for PUB, router for REQ and DEALER");
    private static final Option<String> HOST = Option.text("host", "127.0.0.1", "where it listens");
    private static final Option<Integer> PORT = Option.port("port", 5555, "where it listens; 0 takes a free one");
    private static final Option<List<String>> CONNECT =
            Option.texts("connect", List.of(), "where it connects instead of listening: host:port", Factory::checkPeer);
    private static final Option<List<String>> SUBSCRIBE =
            Option.texts("subscribe", List.of(), "for sub: beginnings of first frames; none is everything");
    private static final Option<Optional<ZmqFrames>> FRAMES =
            Option.optionalChoice("frames", ZmqFrames.class, "of which frames a message consists");
    private static final Option<Optional<String>> PUBLIC_KEY = Option.optionalText("public-key", "its own, for CURVE");
    private static final Option<Optional<String>> SECRET_KEY =
            Option.optionalSecret("secret-key", "its own, for CURVE");
    private static final Option<List<String>> CLIENTS = Option.texts(
            "client-keys", List.of(), "public keys of clients that may connect", key -> ZmqKeys.decode("client", key));
    private static final Option<Optional<String>> SERVER =
            Option.optionalText("server-key", "the public key of those to whom it connects");
    private static final Option<List<String>> ALLOW =
            Option.texts("allow", List.of(), "addresses and ranges that may connect; none means all", Cidr::parse);
    private static final Option<Integer> LIMIT = Option.size("max-frame-size", ZmqBridge.LIMIT, "the longest frame");
    private static final Option<Integer> HIGH_WATER = Option.number(
            "high-water-mark",
            ZmqBridgeBuilder.HIGH_WATER_MARK,
            1,
            Integer.MAX_VALUE,
            "how many messages may wait for each sender");
    private static final Option<Integer> HOLD = Option.size(
            "pending-limit",
            ZmqBridgeBuilder.HOLD_ABOVE,
            "how much may wait for subscribers before nothing is received any more");

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
            return "JSON by ZeroMQ";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(
                    TYPE,
                    HOST,
                    PORT,
                    CONNECT,
                    SUBSCRIBE,
                    FRAMES,
                    PUBLIC_KEY,
                    SECRET_KEY,
                    CLIENTS,
                    SERVER,
                    ALLOW,
                    LIMIT,
                    HIGH_WATER,
                    HOLD);
        }

        @Override
        public List<String> addresses(Settings settings) {
            String host = settings.get(HOST);
            return settings.get(CONNECT).isEmpty()
                    ? List.of((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + settings.get(PORT))
                    : List.of();
        }

        @Override
        public Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target) {
            ZmqBridgeBuilder bridge =
                    switch (settings.get(TYPE)) {
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
            settings.get(CLIENTS).forEach(bridge::client);
            settings.get(SERVER).ifPresent(bridge::server);
            settings.get(ALLOW).forEach(bridge::allow);
            return bridge.limit(settings.get(LIMIT))
                    .highWaterMark(settings.get(HIGH_WATER))
                    .holdAbove(settings.get(HOLD))
                    .waiting(topics::pendingBytes)
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

        private static void connect(ZmqBridgeBuilder bridge, String at) {
            int colon = at.lastIndexOf(':');
            String port = at.substring(colon + 1);
            if (colon < 1 || !port.matches("\\d{1,5}")) {
                throw new IllegalArgumentException(at + " (expected: host:port)");
            }
            bridge.connect(at.substring(0, colon), Integer.parseInt(port));
        }
    }
}
