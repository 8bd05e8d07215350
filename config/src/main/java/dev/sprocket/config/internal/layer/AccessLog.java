package dev.sprocket.config.internal.layer;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.http.HttpRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line to the logger {@code access} when a connection ends.
 *
 * <p>The line contains the peer, the user, the request, the duration, and the number of received messages and bytes.
 * Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class AccessLog extends ForwardingComponent<Connection, Message> {
    private static final Logger LOG = LoggerFactory.getLogger("access");

    /** Counters of one connection. */
    private static final class Entry {
        final long openedAt = System.nanoTime();
        final AtomicLong messages = new AtomicLong();
        final AtomicLong bytes = new AtomicLong();
    }

    private final AttributeKey<Entry> key = AttributeKey.of("access log entry", "was AccessLog.onOpen called?");

    public AccessLog(MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
    }

    @Override
    public boolean ignoresContent() {
        return true;
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        key.set(conn, new Entry());
        super.onOpen(conn);
    }

    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        Entry entry = key.get(from);
        entry.messages.incrementAndGet();
        entry.bytes.addAndGet(message.size());
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

    private static void log(Connection conn, Entry entry) {
        LOG.info(
                "{} {} {} {} ms, {} messages of {} bytes",
                conn,
                User.find(conn).map(User::id).map(SafeText::value).orElse("-"),
                HttpRequest.find(conn).map(SafeText::value).orElse("\"-\""),
                (System.nanoTime() - entry.openedAt) / 1_000_000,
                entry.messages,
                entry.bytes);
    }
}
