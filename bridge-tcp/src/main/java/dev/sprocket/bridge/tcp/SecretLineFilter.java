package dev.sprocket.bridge.tcp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.ForeignProtocol;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LoopTimer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections whose first line is the shared secret.
 *
 * <p>The inner component is opened after that line; it never sees other connections.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class SecretLineFilter implements MessageComponent<Connection, Message> {
    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);
    /** Maximum length of the first line in bytes. */
    private static final int MAX_LINE_LENGTH = 1024;
    /** Time for the first line, so unauthenticated connections do not exhaust the connection limit. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final AttributeKey<Handshake> key = AttributeKey.of("handshake", "was SecretLineFilter.onOpen called?");
    private final SharedSecret secret;
    private final MessageComponent<? super Connection, ? super Message> inner;

    /** State of one connection. Confined to its event loop. */
    private static final class Handshake implements LoopTimer.Task {
        final ComponentInvoker<Connection> invoker;
        private final Connection conn;
        private final long deadline;

        @Nullable
        ByteArrayOutputStream line = new ByteArrayOutputStream();

        Handshake(Connection conn, ComponentInvoker<Connection> invoker, long deadline) {
            this.conn = conn;
            this.invoker = invoker;
            this.deadline = deadline;
        }

        @Override
        public boolean tick(long now) {
            boolean waiting = line != null && conn.isOpen();
            if (waiting && now - deadline >= 0) {
                reject(conn, "no first line within " + TIMEOUT.toSeconds() + " s");
                return false;
            }
            return waiting;
        }

        @Override
        public String toString() {
            return "first-line timeout of " + conn;
        }
    }

    SecretLineFilter(SharedSecret secret, MessageComponent<? super Connection, ? super Message> inner) {
        this.secret = secret;
        this.inner = inner;
    }

    @Override
    public void onOpen(Connection conn) {
        LoopTimer timer = LoopTimer.of(PipelineContext.of(conn).outbound().loop());
        Handshake handshake = new Handshake(conn, new ComponentInvoker<>(inner, conn), timer.now() + TIMEOUT.toNanos());
        key.set(conn, handshake);
        timer.add(handshake);
    }

    @Override
    public void onMessage(Connection from, Message bytes) {
        Handshake handshake = key.get(from);
        if (handshake.line == null) {
            handshake.invoker.deliver(inner, bytes);
            return;
        }
        ByteBuf content = BorrowedMessages.bytes(bytes);
        int end = content.indexOf(content.readerIndex(), content.writerIndex(), (byte) '\n');
        int size = (end < 0 ? content.writerIndex() : end) - content.readerIndex();
        if (handshake.line.size() + size > MAX_LINE_LENGTH) {
            reject(from, foreign(content).orElse("first line of more than " + MAX_LINE_LENGTH + " bytes"));
            return;
        }
        byte[] part = new byte[size];
        content.getBytes(content.readerIndex(), part);
        handshake.line.writeBytes(part);
        if (end < 0) {
            return;
        }
        String line = handshake.line.toString(StandardCharsets.UTF_8);
        if (!secret.matches(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)) {
            reject(
                    from,
                    foreign(Unpooled.wrappedBuffer((line + "\n").getBytes(StandardCharsets.ISO_8859_1)))
                            .orElse("wrong first line"));
            return;
        }
        handshake.line = null;
        handshake.invoker.open();
        int rest = end + 1;
        if (rest < content.writerIndex()) {
            Message message = BorrowedMessages.binary(content.slice(rest, content.writerIndex() - rest));
            try {
                handshake.invoker.deliver(inner, message);
            } finally {
                BorrowedMessages.invalidate(message);
            }
        }
    }

    private static Optional<String> foreign(ByteBuf first) {
        return ForeignProtocol.of(first).map(ForeignProtocol::toString);
    }

    private static void reject(Connection conn, String reason) {
        LOG.cause(reason)
                .warn(conn, "connection closed: peer={} reason={} (expected: the secret of the bridge)", conn, reason);
        conn.close();
    }

    @Override
    public void onError(Connection conn, Throwable cause) throws Exception {
        Handshake handshake = key.peek(conn);
        if (handshake == null || handshake.line != null) {
            MessageComponent.super.onError(conn, cause);
        } else {
            handshake.invoker.fail(cause);
        }
    }

    @Override
    public void onClose(Connection conn) {
        key.get(conn).invoker.close();
    }
}
