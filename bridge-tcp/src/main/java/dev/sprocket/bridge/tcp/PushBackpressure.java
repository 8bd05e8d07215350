package dev.sprocket.bridge.tcp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.internal.push.PushHold;
import dev.sprocket.pubsub.internal.push.PushResults;
import dev.sprocket.pubsub.internal.push.PushSender;
import dev.sprocket.pubsub.push.Publisher;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Delivers messages to the target, and pauses reading while too many bytes are pending.
 *
 * <p>Empty messages are skipped. With acknowledgements, it also pauses while the client does not read them.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class PushBackpressure extends ForwardingComponent<Connection, Message> {
    /** Interval at which a paused connection checks the pending bytes. */
    private static final long POLL_MILLIS = 5;

    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);
    /** Length of the excerpt of an invalid message in the log. */
    private static final int EXCERPT_LENGTH = 60;
    /** Time for a client to read its acknowledgements. */
    private static final long READER_TIMEOUT_SECONDS = 5;

    private final AttributeKey<Boolean> awaitingReader =
            AttributeKey.of("awaiting reader", "is this connection paused?");
    private final AttributeKey<Long> unacknowledged =
            AttributeKey.of("unacknowledged pushes", "are acknowledgements stopped?");
    private final AttributeKey<Boolean> paused = AttributeKey.of("paused", "is the pending limit exceeded?");
    private final boolean isOpenToLocal;
    private final boolean acknowledge;
    private final Duration holdTimeout;
    private final long holdLimit;
    private final PendingLimit pendingLimit;
    /** True if messages must be JSON, since the target publishes them. */
    private final boolean pushes;

    /**
     * Creates a layer in front of a target.
     *
     * @param isOpenToLocal true if senders on this machine are backends, since there is no secret
     * @param holdTimeout time for which pushes are held while the log accepts none
     * @param holdLimit memory of the pushes of a connection that wait, in bytes
     */
    PushBackpressure(
            boolean isOpenToLocal,
            boolean acknowledge,
            Duration holdTimeout,
            long holdLimit,
            PendingLimit pendingLimit,
            MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.isOpenToLocal = isOpenToLocal;
        this.acknowledge = acknowledge;
        this.holdTimeout = holdTimeout;
        this.holdLimit = holdLimit;
        this.pendingLimit = pendingLimit;
        this.pushes = ForwardingComponent.find(inner, Publisher.class).isPresent();
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        PubsubMetrics.from(conn, PubsubMetrics.Bridge.TCP);
        var unused = PushHold.set(conn, holdTimeout, holdLimit);
        if (isOpenToLocal) {
            PushSender.admitLocal(conn);
        }
        if (acknowledge) {
            PushResults.listen(conn, PushResults.Listener.ACKNOWLEDGE);
        }
        super.onOpen(conn);
    }

    /** Delivers a message; empty lines between messages are ignored. */
    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        if (message.size() == 0) {
            return;
        }
        if (pushes && !startsLikeJson(message.content())) {
            // a web page can send lines to any port, after the head of its request
            throw RejectedException.malformed("not a push: " + SafeText.excerpt(message.text(), EXCERPT_LENGTH)
                    + " (expected: a JSON object or array)");
        }
        PipelineContext context = PipelineContext.of(from);
        // invalid UTF-8 is rejected as a push; components receive text messages only
        super.onMessage(from, message.isBinary() && !pushes ? Message.text(message.text()) : message);
        if (acknowledge) {
            awaitReader(from, context);
        }
        if (pendingLimit.isExceeded() && !paused.find(from).orElse(false)) {
            paused.set(from, true);
            context.pauseReads();
            resumeWhenDrained(from, context);
        }
    }

    /**
     * Reports whether a text may be JSON.
     *
     * <p>A byte order mark is accepted, for the error message of the parser.
     */
    private static boolean startsLikeJson(ByteBuf text) {
        for (int i = text.readerIndex(); i < text.writerIndex(); i++) {
            int c = text.getUnsignedByte(i);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                return c == '{' || c == '[' || c == 0xEF;
            }
        }
        return true;
    }

    /**
     * Pauses reading while the client does not read its acknowledgements.
     *
     * <p>After a timeout, acknowledgements stop and pushes are still accepted: some clients read only after writing
     * all.
     */
    private void awaitReader(Connection from, PipelineContext context) {
        Long before = unacknowledged.find(from).orElse(null);
        if (before != null) {
            unacknowledged.set(from, before + 1);
        } else if (!context.outbound().isWritable()
                && !awaitingReader.find(from).orElse(false)) {
            awaitingReader.set(from, true);
            context.pauseReads();
            ScheduledFuture<?> timeout = context.loop()
                    .schedule(() -> stopAcknowledging(from, context), READER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            context.outbound().whenWritable(() -> {
                timeout.cancel(false);
                resume(from, context);
            });
        }
    }

    private void stopAcknowledging(Connection from, PipelineContext context) {
        if (awaitingReader.find(from).orElse(false) && unacknowledged.find(from).isEmpty()) {
            unacknowledged.set(from, 0L);
            from.send("error acknowledgements stopped: not read within " + READER_TIMEOUT_SECONDS
                    + " s (pushes are still accepted)");
            PushResults.ignore(from);
            LOG.warn(
                    from,
                    "acknowledgements stopped, the client does not read them: peer={} (its pushes are still"
                            + " accepted)",
                    from);
            resume(from, context);
        }
    }

    private void resume(Connection from, PipelineContext context) {
        if (awaitingReader.find(from).orElse(false)) {
            awaitingReader.set(from, false);
            context.resumeReads();
        }
    }

    @Override
    public void onClose(Connection conn) throws Exception {
        Long count = unacknowledged.find(conn).orElse(null);
        if (count != null) {
            LOG.warn(
                    conn,
                    "connection closed with unacknowledged pushes: peer={} pushes={} (the client did not read)",
                    conn,
                    count);
        }
        super.onClose(conn);
    }

    /** Resumes reading at half of the limit, to avoid pausing again after each message. */
    private void resumeWhenDrained(Connection conn, PipelineContext context) {
        if (!pendingLimit.isRelieved() && conn.isOpen()) {
            context.loop().schedule(() -> resumeWhenDrained(conn, context), POLL_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            paused.set(conn, false);
            context.resumeReads();
        }
    }
}
