package dev.sprocket.pubsub.internal.bridge;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.net.LoopbackOnly;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Listening socket of a bridge, by default on 127.0.0.1 and a free port.
 *
 * <p>Not thread-safe.
 */
public final class BridgeSocket {
    private String host = IoServer.DEFAULT_HOST;
    private int port;
    private EventLoops loops = EventLoops.perCore();
    private @Nullable Tls tls;

    /** Sets the listening address and port; port 0 selects a free port. */
    public void bind(String address, int number) {
        host = address;
        port = number;
    }

    /** Sets the event loops. */
    public void loops(EventLoops shared) {
        loops = shared;
    }

    /** Requires TLS. */
    public void tls(Tls certificate) {
        tls = certificate;
    }

    /**
     * Creates the server of a bridge, not started yet.
     *
     * <p>The address is checked now and at each start, because its name may resolve to another address then.
     *
     * @param name name of the bridge, for the message
     * @param authenticated true if senders must authenticate
     * @param remedy setting to change, for the message
     * @throws IllegalStateException without authentication on a non-loopback address
     */
    public Endpoint server(
            String name, boolean authenticated, String remedy, MessageComponent<Connection, Message> stack) {
        String address = host;
        Runnable check = () -> LoopbackOnly.check(name, address, authenticated, remedy);
        check.run();
        IoServer.Builder builder = IoServer.builder(stack).bind(host, port).loops(loops);
        return new CheckedServer((tls == null ? builder : builder.tls(tls)).build(), check);
    }

    @ThreadSafe
    private record CheckedServer(IoServer server, Runnable check) implements Endpoint {
        @Override
        public void start() throws IOException {
            check.run();
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
}
