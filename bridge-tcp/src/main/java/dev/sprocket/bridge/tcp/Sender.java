package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.Refusal;
import dev.sprocket.core.spi.SafeText;
import dev.sprocket.core.spi.Segment;
import dev.sprocket.pubsub.Answers;
import dev.sprocket.pubsub.Publisher;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a bridge does with each message: hands it on, unless it is empty, and stops reading while more waits than may.
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
final class Sender extends Forwarding<Connection, Message> {
    /** How often a connection that is held looks whether it may go on. */
    private static final long LOOK_MILLIS = 5;

    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);
    /** Bytes of a line that a log shows. */
    private static final int SHOWN = 60;
    /** For a sender to read its answers. */
    private static final long PATIENCE_SECONDS = 5;

    private final Key<Boolean> waits = Key.of("wait for answers to be read", "were they not?");
    private final Key<Long> unanswered = Key.of("unanswered pushes", "did the sender not read?");
    private final Key<Boolean> held = Key.of("hold", "was too much waiting?");
    private final boolean answers;
    private final LongSupplier waiting;
    private final long most;
    /** Whether messages are pushes, of which there is none that does not begin like one. */
    private final boolean pushes;

    Sender(
            boolean answers,
            LongSupplier waiting,
            long most,
            MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.answers = answers;
        this.waiting = waiting;
        this.most = most;
        this.pushes = Forwarding.find(inner, Publisher.class).isPresent();
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        if (answers) {
            Answers.want(conn);
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
            throw new Refusal(
                    Refusal.Kind.MALFORMED,
                    "no push: " + SafeText.excerpt(message.text(), SHOWN) + " (expected: a JSON object or array)");
        }
        Segment segment = Segment.of(from);
        // what is not UTF-8 is refused as a push; components get texts only
        super.onMessage(from, message.isBinary() && !pushes ? Message.text(message.text()) : message);
        if (answers) {
            waitForReader(from, segment);
        }
        if (waiting.getAsLong() > most && !Boolean.TRUE.equals(held.peek(from))) {
            held.set(from, true);
            segment.outbound().reading(false);
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
    private void waitForReader(Connection from, Segment segment) {
        Long before = unanswered.peek(from);
        if (before != null) {
            unanswered.set(from, before + 1);
        } else if (!segment.outbound().isWritable() && !Boolean.TRUE.equals(waits.peek(from))) {
            waits.set(from, true);
            segment.outbound().reading(false);
            ScheduledFuture<?> limit =
                    segment.outbound().loop().schedule(() -> giveUp(from, segment), PATIENCE_SECONDS, TimeUnit.SECONDS);
            segment.outbound().whenWritable(() -> {
                limit.cancel(false);
                goOn(from, segment);
            });
        }
    }

    private void giveUp(Connection from, Segment segment) {
        if (Boolean.TRUE.equals(waits.peek(from)) && unanswered.peek(from) == null) {
            unanswered.set(from, 0L);
            from.send("error answers stopped: not read within " + PATIENCE_SECONDS + " s (pushes are still taken)");
            Answers.stop(from);
            LOG.warn(from, "{}: answers stopped, the sender does not read them; its pushes are still taken", from);
            goOn(from, segment);
        }
    }

    private void goOn(Connection from, Segment segment) {
        if (Boolean.TRUE.equals(waits.peek(from))) {
            waits.set(from, false);
            segment.outbound().reading(true);
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
    private void look(Connection conn, Segment segment) {
        if (waiting.getAsLong() > most / 2 && conn.isOpen()) {
            segment.outbound().loop().schedule(() -> look(conn, segment), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            held.set(conn, false);
            segment.outbound().reading(true);
        }
    }
}
