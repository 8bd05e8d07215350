package dev.sprocket.pubsub;

import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.Outbound;
import dev.sprocket.core.spi.Segment;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;

/** A connection; events reach it below its framing, as bytes that it shares with others. */
final class ConnectionSubscriber extends Subscriber {
    /** Up to how many bytes are copied, if others follow in the same turn. */
    private static final int COPIED = 1024;

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

    @Override
    public Optional<Connection> connection() {
        return Optional.of(conn);
    }

    @Override
    void deliver(Run run) {
        if (!segment.tells() && !conn.isOpen()) {
            return;
        }
        ByteBuf bytes = run.bytes(this);
        if (!run.isLast) {
            offer(run, bytes);
            return;
        }
        Outbound out = segment.outbound();
        out.gatherToLeave();
        try {
            offer(run, bytes);
        } finally {
            out.leave();
        }
    }

    private void offer(Run run, ByteBuf bytes) {
        // events of several topics in turn: a copy of a few bytes costs less than an entry in the socket's queue
        if (run.isOneOfSeveral && bytes.readableBytes() <= COPIED && segment.gatherCopy(bytes)) {
            return;
        }
        List<Publication> publications = run.publications;
        if (publications.size() == 1 || segment.outbound().fits(bytes.readableBytes())) {
            segment.offer(bytes.retainedDuplicate(), run.subject);
        } else {
            // what is dropped is dropped and counted one by one
            Encoding encoding = encoding();
            for (int i = 0; i < publications.size(); i++) {
                segment.offer(publications.get(i).bytes(encoding).retainedDuplicate(), run.subject);
            }
        }
    }
}
