package dev.sprocket.bench;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be measured. */
@ThreadSafe
enum Server {
    SPROCKET(SprocketPeer.class),
    /** The same, spoken to in WAMP v2. */
    SPROCKET_WAMP2(SprocketPeer.class, Dialect.WAMP2),
    SPROCKET_MSGPACK(SprocketPeer.class, Dialect.WAMP2_MSGPACK),
    SPROCKET_CBOR(SprocketPeer.class, Dialect.WAMP2_CBOR),
    JAWAMPA(null),
    NETTY(NettyPeer.class),
    NETTY_SHARED(NettySharedPeer.class, Dialect.WAMP),
    UWS(null),
    VERTX(VertxPeer.class),
    UNDERTOW(UndertowPeer.class),
    JETTY(JettyPeer.class),
    JAVA_WEBSOCKET(JavaWebSocketPeer.class),
    SPRING(SpringPeer.class, Dialect.STOMP),
    NETTY_SOCKETIO(SocketIoPeer.class, Dialect.SOCKET_IO);

    /** Null if it is no JVM's. */
    private final @Nullable Class<?> main;

    private final Dialect fanout;
    private final Set<Mode> modes;

    Server(@Nullable Class<?> main) {
        this.main = main;
        this.fanout = Dialect.WAMP;
        this.modes = EnumSet.of(Mode.ECHO, Mode.FANOUT);
    }

    /** Fan-out only. */
    Server(Class<?> main, Dialect fanout) {
        this.main = main;
        this.fanout = fanout;
        this.modes = EnumSet.of(Mode.FANOUT);
    }

    boolean isJvm() {
        return main != null || this == JAWAMPA;
    }

    boolean does(Mode mode) {
        if (mode == Mode.RPC || this == JAWAMPA) {
            return mode == Mode.RPC && (this == SPROCKET || this == JAWAMPA);
        }
        return modes.contains(mode);
    }

    Dialect dialect(Mode mode) {
        return switch (mode) {
            case ECHO -> Dialect.PLAIN;
            case FANOUT -> fanout;
            case RPC -> Dialect.WAMP2;
        };
    }

    /** How its process is started, but for the arguments that all have in common. */
    List<String> command(List<String> jvmOptions) {
        if (this == JAWAMPA) {
            return Jawampa.command(jvmOptions);
        }
        if (main == null) {
            return Bun.command();
        }
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    static Server named(String name) {
        return Arrays.stream(values())
                .filter(server -> server.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " (expected: all, or one of " + names() + ")"));
    }

    static String names() {
        return Arrays.stream(values()).map(Server::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
