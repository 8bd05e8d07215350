package dev.sprocket.bridge.tcp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import java.time.Duration;

/**
 * Closes connections that send nothing for some time; not those that are held back, for theirs may be waiting.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class IdleTimeout extends ForwardingComponent<Connection, Message> {
    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);

    private final AttributeKey<Watch> key = AttributeKey.of("idle time", "was Idle.onOpen called?");
    private final Duration limit;

    IdleTimeout(Duration limit, MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.limit = limit;
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        Watch watch = new Watch(conn, limit, PipelineContext.of(conn));
        key.set(conn, watch);
        LoopTimer.of(watch.segment.outbound().loop()).add(watch);
        super.onOpen(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        key.get(from).touch();
        super.onMessage(from, message);
    }

    /** One connection; on its event loop. */
    private static final class Watch implements LoopTimer.Task {
        final PipelineContext segment;
        private final Connection conn;
        private final Duration limit;
        private long last;

        Watch(Connection conn, Duration limit, PipelineContext segment) {
            this.conn = conn;
            this.limit = limit;
            this.segment = segment;
            touch();
        }

        void touch() {
            last = segment.outbound().loop().ticker().nanoTime();
        }

        @Override
        public boolean tick(long now) {
            if (!segment.outbound().isReading()) {
                last = now;
            } else if (conn.isOpen() && now - last >= limit.toNanos()) {
                LOG.info(conn, "{} closed: nothing for {} ms", conn, limit.toMillis());
                conn.close();
            }
            return conn.isOpen();
        }
    }
}
