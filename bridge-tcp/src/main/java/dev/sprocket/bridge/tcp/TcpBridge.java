package dev.sprocket.bridge.tcp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.EventLoops;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.IoServerBuilder;
import dev.sprocket.core.Limiter;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.LoopbackOnly;
import dev.sprocket.pubsub.Publisher;
import dev.sprocket.pubsub.Topics;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Takes JSON over TCP: one text a line, unless told otherwise. A client that writes and hangs up, as a PHP script does,
 * loses nothing.
 *
 * <pre>{@code
 * TcpBridge.builder(topics).bind("127.0.0.1", 5556).build().start();
 * TcpBridge.builder((from, message) -> onBlogEntry(message.text()))…   // any component takes them
 * }</pre>
 *
 * <p>While more waits to be delivered to subscribers than may, it stops reading, and the clients wait.
 *
 * <p>Messages are handed on by event loops.
 */
@ThreadSafe
public final class TcpBridge implements Endpoint {
    /** The longest message, unless told otherwise: 1 MiB. */
    public static final int LIMIT = 1024 * 1024;

    private final String host;
    private final boolean secured;
    private final IoServer server;

    /**
     * A bridge for lines that has not started yet.
     *
     * @param target what each text is handed to, as a text message
     */
    public TcpBridge(
            String host, int port, EventLoops loops, MessageComponent<? super Connection, ? super Message> target) {
        this(builder(target).bind(host, port).loops(loops));
    }

    TcpBridge(TcpBridgeBuilder options) {
        this.host = options.host;
        this.secured = options.secret != null;
        check();
        IoServerBuilder builder =
                IoServer.builder(stack(options)).bind(host, options.port).loops(options.loops);
        this.server = (options.tls == null ? builder : builder.tls(options.tls)).build();
    }

    /** A bridge to topics: on 127.0.0.1 and a free port, unless told otherwise. */
    public static TcpBridgeBuilder builder(Topics topics) {
        return builder(new Publisher(topics));
    }

    /** A bridge to any component, which is handed each message as text. */
    public static TcpBridgeBuilder builder(MessageComponent<? super Connection, ? super Message> target) {
        return new TcpBridgeBuilder(target);
    }

    static MessageComponent<Connection, Message> stack(TcpBridgeBuilder options) {
        MessageComponent<Connection, Message> stack = options.framing.around(
                new PushBackpressure(options.answers, options.waiting, options.mostWaiting, options.target),
                options.limit);
        if (options.secret != null) {
            stack = new SecretLineFilter(options.secret, stack);
        }
        return Limiter.builder().connections(options.connections).around(new IdleTimeout(options.idle, stack));
    }

    private void check() {
        LoopbackOnly.check("bridge tcp", host, secured, "a secret");
    }

    /** As {@link Endpoint#start}; throws {@link IllegalStateException} beyond loopback if anybody may push. */
    @Override
    public void start() throws IOException {
        check();
        server.start();
    }

    @Override
    public void close(Duration deadline) {
        server.close(deadline);
    }

    @Override
    public SocketAddress address() {
        return server.address();
    }
}
