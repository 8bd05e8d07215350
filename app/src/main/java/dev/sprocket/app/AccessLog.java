package dev.sprocket.app;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.ConnectionFilter;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.User;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line in the log {@code access} for each connection, when it ends: who, what was asked for, for how long, and how
 * much came. Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class AccessLog extends ForwardingComponent<Connection, Message> implements ConnectionFilter {
    private static final Logger LOG = LoggerFactory.getLogger("access");

    /** What there is to tell of one connection. */
    private static final class Entry {
        final long openedAt = System.nanoTime();
        final AtomicLong messages = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
    }

    private final AttributeKey<Entry> key = AttributeKey.of("visit", "was AccessLog.onOpen called?");

    AccessLog(MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
    }

    @Override
    public Component<?> delegate() {
        return inner();
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        key.set(conn, new Entry());
        super.onOpen(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        Entry visit = key.get(from);
        visit.messages.incrementAndGet();
        visit.bytes.addAndGet(message.size());
        super.onMessage(from, message);
    }

    @Override
    public void onClose(Connection conn) throws Exception {
        try {
            super.onClose(conn);
        } finally {
            log(conn, key.get(conn));
        }
    }

    private static void log(Connection conn, Entry visit) {
        LOG.info(
                "{} {} \"{}\" {} ms, {} messages of {} bytes",
                conn,
                User.find(conn).map(User::name).orElse("-"),
                HttpRequest.find(conn).map(HttpRequest::toString).orElse("-"),
                (System.nanoTime() - visit.openedAt) / 1_000_000,
                visit.messages,
                visit.bytes);
    }
}
