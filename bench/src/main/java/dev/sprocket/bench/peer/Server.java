package dev.sprocket.bench.peer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.bench.client.ClientProtocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Servers that can be measured. */
@ThreadSafe
public enum Server {
    SPROCKET(SprocketPeer.class),
    /** Sprocket with WAMP v2 clients. */
    SPROCKET_WAMP2(SprocketPeer.class, ClientProtocol.WAMP2),
    SPROCKET_MSGPACK(SprocketPeer.class, ClientProtocol.WAMP2_MSGPACK),
    SPROCKET_CBOR(SprocketPeer.class, ClientProtocol.WAMP2_CBOR),
    /** Sprocket with a history of each topic. */
    SPROCKET_LOG(SprocketPeer.class, ClientProtocol.WAMP),
    /** Sprocket with metrics for Prometheus. */
    SPROCKET_METRICS(SprocketMetricsPeer.class),
    JAWAMPA(null),
    NETTY(NettyPeer.class),
    NETTY_SHARED(NettySharedPeer.class, ClientProtocol.WAMP),
    UWS(null),
    VERTX(VertxPeer.class),
    UNDERTOW(UndertowPeer.class),
    JETTY(JettyPeer.class),
    JAVA_WEBSOCKET(JavaWebSocketPeer.class),
    SPRING(SpringPeer.class, ClientProtocol.STOMP),
    NETTY_SOCKETIO(SocketIoPeer.class, ClientProtocol.SOCKET_IO);

    private static final Set<Server> WITH_DEFLATE = EnumSet.of(SPROCKET, SPROCKET_LOG, NETTY, UWS, VERTX);
    private static final Set<Server> WITH_TLS = EnumSet.of(SPROCKET, SPROCKET_LOG, NETTY, NETTY_SHARED, UWS, VERTX);

    /** Main class, or null for servers that are not started from this class path. */
    private final @Nullable Class<?> main;

    private final ClientProtocol fanout;
    private final Set<Mode> modes;

    Server(@Nullable Class<?> main) {
        this.main = main;
        this.fanout = ClientProtocol.WAMP;
        this.modes = EnumSet.of(Mode.ECHO, Mode.FANOUT);
    }

    /** Creates a server that supports fan-out only. */
    Server(Class<?> main, ClientProtocol fanout) {
        this.main = main;
        this.fanout = fanout;
        this.modes = EnumSet.of(Mode.FANOUT);
    }

    /** Reports whether this is Sprocket, with any clients and options. */
    public boolean isSprocket() {
        return main == SprocketPeer.class;
    }

    /** Returns the part of a setup that applies to this server. */
    Setup applicable(Setup setup) {
        return this == SPROCKET_LOG || setup.mode() == Mode.HISTORY ? setup : setup.withoutHistory();
    }

    public boolean isJvm() {
        return main != null || this == JAWAMPA;
    }

    public boolean supports(Mode mode) {
        if (mode == Mode.RPC || this == JAWAMPA) {
            return mode == Mode.RPC && (this == SPROCKET || this == JAWAMPA);
        }
        if (mode == Mode.HISTORY) {
            return this == SPROCKET;
        }
        return modes.contains(mode);
    }

    /** Returns why the server cannot be measured; empty if it can. */
    public Optional<String> unavailableReason(Setup setup) {
        if (!supports(setup.mode())) {
            return Optional.of("mode " + setup.mode() + " not supported");
        }
        if (setup.tls() != null && !WITH_TLS.contains(this)) {
            return Optional.of("TLS not supported");
        }
        if (setup.deflate() && !WITH_DEFLATE.contains(this)) {
            return Optional.of("compression not supported");
        }
        try {
            command(List.of());
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    public ClientProtocol protocol(Mode mode) {
        return switch (mode) {
            case ECHO -> ClientProtocol.PLAIN;
            case FANOUT -> fanout;
            case HISTORY, RPC -> ClientProtocol.WAMP2;
        };
    }

    /** Returns the command that starts the process, without the arguments common to all servers. */
    public List<String> command(List<String> jvmOptions) {
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

    public static Server named(String name) {
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
