package dev.sprocket.core.filter;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.text.SafeText;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the events of connections at INFO: opened, messages with their size, failed, closed.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class MessageLogger<C extends Connection, M> extends ForwardingComponent<C, M> {
    /** Maximum number of logged characters of a message: 500. */
    public static final int MAX_LENGTH = 500;

    private final MessageComponent<? super C, ? super M> inner;
    private final Logger log;
    private final boolean content;

    /** Creates a logger with this name. */
    public MessageLogger(String name, MessageComponent<? super C, ? super M> inner) {
        this(LoggerFactory.getLogger(name), false, inner);
    }

    private MessageLogger(Logger log, boolean content, MessageComponent<? super C, ? super M> inner) {
        super(inner);
        this.inner = inner;
        this.log = log;
        this.content = content;
    }

    /**
     * Returns a logger that also logs the first 500 characters of messages.
     *
     * <p>Characters that could forge a line are escaped ({@link SafeText}), and binary content is logged in
     * hexadecimal. The content may be personal data of users: restrict access to the log.
     */
    public MessageLogger<C, M> logContent() {
        return new MessageLogger<>(log, true, inner);
    }

    @Override
    public boolean ignoresContent() {
        return true;
    }

    @Override
    public void onOpen(C conn) throws Exception {
        log.info("connection opened: peer={}", conn);
        super.onOpen(conn);
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        if (log.isInfoEnabled()) {
            String described = content ? describe(message) : size(message);
            log.info("message received: peer={} message={}", from, SafeText.value(described));
        }
        super.onMessage(from, message);
    }

    private static String size(Object message) {
        return message instanceof Message m ? m.toString() : message.getClass().getSimpleName();
    }

    private static String describe(Object message) {
        if (message instanceof Message m) {
            boolean text = !m.isBinary() || ByteBufUtil.isText(m.content(), StandardCharsets.UTF_8);
            return m + ": "
                    + (text
                            ? SafeText.excerpt(m.text(), MAX_LENGTH)
                            : ByteBufUtil.hexDump(
                                    m.content(), m.content().readerIndex(), Math.min(m.size(), MAX_LENGTH / 2)));
        }
        return SafeText.excerpt(message.toString(), MAX_LENGTH);
    }

    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        String described = SafeText.excerpt(cause.toString(), MAX_LENGTH);
        log.info("callback failed: peer={} cause={}", conn, SafeText.value(described));
        super.onError(conn, cause);
    }

    @Override
    public void onClose(C conn) throws Exception {
        log.info("connection closed: peer={}", conn);
        super.onClose(conn);
    }
}
