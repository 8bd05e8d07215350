package dev.sprocket.bridge.tcp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.pubsub.PublishAck;
import dev.sprocket.pubsub.Publisher;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a bridge does with each message: hands it on, unless it is empty, and stops reading while more waits than may.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class PushBackpressure extends ForwardingComponent<Connection, Message> {
    /** How often a connection that is held looks whether it may go on. */
    private static final long LOOK_MILLIS = 5;

    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);
    /** Bytes of a line that a log shows. */
    private static final int SHOWN = 60;
    /** For a sender to read its answers. */
    private static final long PATIENCE_SECONDS = 5;

    private final AttributeKey<Boolean> waits = AttributeKey.of("wait for answers to be read", "were they not?");
    private final AttributeKey<Long> unanswered = AttributeKey.of("unanswered pushes", "did the sender not read?");
    private final AttributeKey<Boolean> held = AttributeKey.of("hold", "was too much waiting?");
    private final boolean answers;
    private final LongSupplier waiting;
    private final long most;
    /** Whether messages are pushes, of which there is none that does not begin like one. */
    private final boolean pushes;

    PushBackpressure(
            boolean answers,
            LongSupplier waiting,
            long most,
            MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.answers = answers;
        this.waiting = waiting;
        this.most = most;
        this.pushes = ForwardingComponent.find(inner, Publisher.class).isPresent();
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        if (answers) {
            PublishAck.request(conn);
        }
        super.onOpen(conn);
    }

    /** Some writers put empty lines between or after their texts. */
    @Override
    public void onMessage(Connection from, Message message) throws Exception {
        if (message.size() == 0) {
            return;
        }
        if (pushes && !beginsLikeJson(message.content())) {
            // a web page can send lines to any port, behind those of its request
            throw new RejectedException(
                    RejectedException.Kind.MALFORMED,
                    "no push: " + SafeText.excerpt(message.text(), SHOWN) + " (expected: a JSON object or array)");
        }
        PipelineContext segment = PipelineContext.of(from);
        // what is not UTF-8 is refused as a push; components get texts only
        super.onMessage(from, message.isBinary() && !pushes ? Message.text(message.text()) : message);
        if (answers) {
            waitForReader(from, segment);
        }
        if (waiting.getAsLong() > most && !Boolean.TRUE.equals(held.peek(from))) {
            held.set(from, true);
            segment.outbound().pauseReads();
            look(from, segment);
        }
    }

    /** A byte order mark is let through: the error about it is of more use. */
    private static boolean beginsLikeJson(ByteBuf text) {
        for (int i = text.readerIndex(); i < text.writerIndex(); i++) {
            int c = text.getUnsignedByte(i);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                return c == '{' || c == '[' || c == 0xEF;
            }
        }
        return true;
    }

    /**
     * Waits for a sender that does not read its answers. One that still does not gets no more of them, but what it pushes
     * is taken: it may be one that reads when it has written all.
     */
    private void waitForReader(Connection from, PipelineContext segment) {
        Long before = unanswered.peek(from);
        if (before != null) {
            unanswered.set(from, before + 1);
        } else if (!segment.outbound().isWritable() && !Boolean.TRUE.equals(waits.peek(from))) {
            waits.set(from, true);
            segment.outbound().pauseReads();
            ScheduledFuture<?> limit =
                    segment.outbound().loop().schedule(() -> giveUp(from, segment), PATIENCE_SECONDS, TimeUnit.SECONDS);
            segment.outbound().whenWritable(() -> {
                limit.cancel(false);
                goOn(from, segment);
            });
        }
    }

    private void giveUp(Connection from, PipelineContext segment) {
        if (Boolean.TRUE.equals(waits.peek(from)) && unanswered.peek(from) == null) {
            unanswered.set(from, 0L);
            from.send("error answers stopped: not read within " + PATIENCE_SECONDS + " s (pushes are still taken)");
            PublishAck.cancel(from);
            LOG.warn(from, "{}: answers stopped, the sender does not read them; its pushes are still taken", from);
            goOn(from, segment);
        }
    }

    private void goOn(Connection from, PipelineContext segment) {
        if (Boolean.TRUE.equals(waits.peek(from))) {
            waits.set(from, false);
            segment.outbound().resumeReads();
        }
    }

    @Override
    public void onClose(Connection conn) throws Exception {
        Long count = unanswered.peek(conn);
        if (count != null) {
            LOG.warn(conn, "{} closed: {} pushes were not answered, the sender did not read", conn, count);
        }
        super.onClose(conn);
    }

    /** Goes on at half of it, so that those who are held do not come back one message at a time. */
    private void look(Connection conn, PipelineContext segment) {
        if (waiting.getAsLong() > most / 2 && conn.isOpen()) {
            segment.outbound().loop().schedule(() -> look(conn, segment), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            held.set(conn, false);
            segment.outbound().resumeReads();
        }
    }
}
