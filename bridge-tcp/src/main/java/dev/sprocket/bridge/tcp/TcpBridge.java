package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Lines;
import dev.sprocket.core.Loops;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Takes JSON over TCP: one text a line, the last one ended by the end of the stream if by nothing else. A client that
 * writes and hangs up, as a PHP script does, loses nothing. Empty lines are passed over; nothing is answered.
 *
 * <p>Threads: any; messages are handed on by event loops.
 */
public final class TcpBridge implements Endpoint {
    /** The longest message: 1 MiB. */
    public static final int LIMIT = 1024 * 1024;

    private final IoServer server;

    /**
     * A bridge that has not started yet.
     *
     * @param target what each text is handed to, as a text message
     */
    public TcpBridge(String host, int port, Loops loops, MessageComponent<? super Connection, ? super Message> target) {
        this.server = new IoServer(host, port, loops, new Lines(new SkipEmpty(target), LIMIT));
    }

    @Override
    public void start() throws IOException {
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
