package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Segment;
import dev.sprocket.pubsub.Answers;
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

    private final Key<Boolean> held = Key.of("hold", "was too much waiting?");
    private final boolean answers;
    private final LongSupplier waiting;
    private final long most;

    Sender(
            boolean answers,
            LongSupplier waiting,
            long most,
            MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.answers = answers;
        this.waiting = waiting;
        this.most = most;
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
        if (message.size() > 0) {
            super.onMessage(from, message);
            if (waiting.getAsLong() > most && !Boolean.TRUE.equals(held.peek(from))) {
                held.set(from, true);
                Segment segment = Segment.of(from);
                segment.outbound().reading(false);
                look(from, segment);
            }
        }
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
