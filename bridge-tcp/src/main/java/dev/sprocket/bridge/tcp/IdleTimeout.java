package dev.sprocket.bridge.tcp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.PipelineContext;
import java.time.Duration;

/**
 * Closes connections that send nothing for some time.
 *
 * <p>Time during which reading is paused does not count, since data may be pending in the socket.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class IdleTimeout extends ForwardingComponent<Connection, Message> {
    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);

    private final AttributeKey<Timer> key = AttributeKey.of("idle timer", "was IdleTimeout.onOpen called?");
    private final Duration timeout;

    IdleTimeout(Duration timeout, MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.timeout = timeout;
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        Timer timer = new Timer(conn, timeout, PipelineContext.of(conn));
        key.set(conn, timer);
        timer.context.timer().add(timer);
        super.onOpen(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        key.get(from).touch();
        super.onMessage(from, message);
    }

    /** Timer of one connection. Confined to its event loop. */
    private static final class Timer implements LoopTimer.Task {
        final PipelineContext context;
        private final Connection conn;
        private final Duration timeout;
        private long last;

        Timer(Connection conn, Duration timeout, PipelineContext context) {
            this.conn = conn;
            this.timeout = timeout;
            this.context = context;
            touch();
        }

        void touch() {
            last = context.loop().ticker().nanoTime();
        }

        @Override
        public boolean tick(long now) {
            if (!context.inbound().isReading()) {
                last = now;
            } else if (conn.isOpen() && now - last >= timeout.toNanos()) {
                LOG.info(conn, "connection closed, idle: peer={} idleMs={}", conn, timeout.toMillis());
                conn.close();
            }
            return conn.isOpen();
        }

        @Override
        public String toString() {
            return "idle timeout of " + conn;
        }
    }
}
