package dev.sprocket.pubsub;

import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.Segment;
import io.netty.buffer.ByteBuf;

/** A connection; events reach it below its framing, as bytes that it shares with others. */
final class ConnectionSubscriber extends Subscriber {
    private final Connection conn;
    private final Segment segment;
    private final EventFormat format;

    ConnectionSubscriber(String id, Connection conn, EventFormat format) {
        super(id, Segment.of(conn).outbound().loop());
        this.conn = conn;
        this.segment = Segment.of(conn);
        this.format = format;
    }

    Encoding encoding() {
        return new Encoding(format, segment.framing());
    }

    boolean sharesBytesWith(Encoding encoding) {
        return encoding.format() == format && encoding.framing() == segment.framing();
    }

    /** On the event loop; the bytes stay the caller's. All are events of one topic. */
    void write(ByteBuf bytes, String topic) {
        if (conn.isOpen()) {
            segment.offer(bytes.retainedDuplicate(), topic);
        }
    }
}
