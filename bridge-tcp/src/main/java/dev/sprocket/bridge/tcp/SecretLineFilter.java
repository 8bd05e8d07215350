package dev.sprocket.bridge.tcp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.ForeignProtocol;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections in whose first line is a secret; what follows it is theirs. What is above hears of no other.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class SecretLineFilter implements MessageComponent<Connection, Message> {
    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);
    /** The longest first line, in bytes. */
    private static final int LONGEST = 1024;
    /** For the first line to come, so that who does not know the secret keeps no place from those who do. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AttributeKey<Guest> key = AttributeKey.of("first line", "was Door.onOpen called?");
    private final SharedSecret secret;
    private final MessageComponent<? super Connection, ? super Message> inner;

    /** One connection. */
    private static final class Guest implements LoopTimer.Task {
        final ComponentInvoker<Connection> level;
        private final Connection conn;
        private final long deadline;

        @Nullable
        ByteArrayOutputStream line = new ByteArrayOutputStream();

        Guest(Connection conn, ComponentInvoker<Connection> level, long deadline) {
            this.conn = conn;
            this.level = level;
            this.deadline = deadline;
        }

        @Override
        public boolean tick(long now) {
            boolean waits = line != null && conn.isOpen();
            if (waits && now - deadline >= 0) {
                refuse(conn, "no first line within " + PATIENCE.toSeconds() + " s");
                return false;
            }
            return waits;
        }
    }

    SecretLineFilter(SharedSecret secret, MessageComponent<? super Connection, ? super Message> inner) {
        this.secret = secret;
        this.inner = inner;
    }

    @Override
    public void onOpen(Connection conn) {
        LoopTimer sweep = LoopTimer.of(PipelineContext.of(conn).outbound().loop());
        Guest guest = new Guest(conn, new ComponentInvoker<>(inner, conn), sweep.now() + PATIENCE.toNanos());
        key.set(conn, guest);
        sweep.add(guest);
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        Guest guest = key.get(from);
        if (guest.line == null) {
            guest.level.deliver(inner, bytes);
            return;
        }
        ByteBuf content = BorrowedMessages.bytes(bytes);
        int end = content.indexOf(content.readerIndex(), content.writerIndex(), (byte) '\n');
        int size = (end < 0 ? content.writerIndex() : end) - content.readerIndex();
        if (guest.line.size() + size > LONGEST) {
            refuse(from, foreign(content).orElse("first line of more than " + LONGEST + " bytes"));
            return;
        }
        byte[] part = new byte[size];
        content.getBytes(content.readerIndex(), part);
        guest.line.writeBytes(part);
        if (end < 0) {
            return;
        }
        String line = guest.line.toString(StandardCharsets.UTF_8);
        if (!secret.matches(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)) {
            refuse(
                    from,
                    foreign(Unpooled.wrappedBuffer((line + "\n").getBytes(StandardCharsets.ISO_8859_1)))
                            .orElse("wrong first line"));
            return;
        }
        guest.line = null;
        guest.level.open();
        int rest = end + 1;
        if (rest < content.writerIndex()) {
            Message message = BorrowedMessages.binary(content.slice(rest, content.writerIndex() - rest));
            try {
                guest.level.deliver(inner, message);
            } finally {
                BorrowedMessages.invalidate(message);
            }
        }
    }

    private static Optional<String> foreign(ByteBuf first) {
        return ForeignProtocol.of(first).map(ForeignProtocol::toString);
    }

    private static void refuse(Connection conn, String what) {
        LOG.cause(what).warn(conn, "{} closed: {} (expected: the bridge's secret)", conn, what);
        conn.close();
    }

    @Override
    public void onError(Connection conn, Throwable cause) throws Exception {
        Guest guest = key.peek(conn);
        if (guest == null || guest.line != null) {
            MessageComponent.super.onError(conn, cause);
        } else {
            guest.level.fail(cause);
        }
    }

    @Override
    public void onClose(Connection conn) {
        key.get(conn).level.close();
    }
}
