package dev.sprocket.bridge.tcp;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.filter.DeferredGuard;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.net.ForeignProtocol;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.pubsub.internal.push.PushSender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Accepts connections whose first line is the shared secret.
 *
 * <p>The inner component is opened after that line; it never sees other connections.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class SecretLineFilter extends DeferredGuard<Connection, Message, SecretLineFilter.Handshake> {
    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);
    /** Maximum length of the first line in bytes. */
    private static final int MAX_LINE_LENGTH = 1024;
    /** Time for the first line, so unauthenticated connections do not exhaust the connection limit. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final SharedSecret secret;

    SecretLineFilter(SharedSecret secret, MessageComponent<? super Connection, ? super Message> inner) {
        super(inner);
        this.secret = secret;
    }

    @Override
    protected Handshake newAdmission(Connection conn) {
        return new Handshake(conn);
    }

    /** Admission of one connection by its first line. Confined to its event loop. */
    final class Handshake extends DeferredGuard.Admission<Connection, Message> implements LoopTimer.Task {
        private final Connection conn;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private long deadline;

        Handshake(Connection conn) {
            super(SecretLineFilter.this, conn);
            this.conn = conn;
        }

        @Override
        protected void start() {
            LoopTimer timer = PipelineContext.of(conn).timer();
            deadline = timer.now() + TIMEOUT.toNanos();
            timer.add(this);
        }

        @Override
        public boolean tick(long now) {
            if (isPending() && conn.isOpen() && now - deadline >= 0) {
                reject("no first line within " + TIMEOUT.toSeconds() + " s");
            }
            return isPending() && conn.isOpen();
        }

        @Override
        protected void onEarlyMessage(Message bytes) {
            ByteBuf content = BorrowedMessages.bytes(bytes);
            int end = content.indexOf(content.readerIndex(), content.writerIndex(), (byte) '\n');
            int size = (end < 0 ? content.writerIndex() : end) - content.readerIndex();
            if (line.size() + size > MAX_LINE_LENGTH) {
                reject(foreign(content).orElse("first line of more than " + MAX_LINE_LENGTH + " bytes"));
                return;
            }
            byte[] part = new byte[size];
            content.getBytes(content.readerIndex(), part);
            line.writeBytes(part);
            if (end < 0) {
                return;
            }
            String text = line.toString(StandardCharsets.UTF_8);
            if (!secret.matches(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text)) {
                reject(foreign(Unpooled.wrappedBuffer((text + "\n").getBytes(StandardCharsets.ISO_8859_1)))
                        .orElse("wrong first line"));
                return;
            }
            line.reset();
            CoreMetrics.AUTHENTICATIONS.increment(CoreMetrics.AuthMethod.SECRET, CoreMetrics.AuthOutcome.ACCEPTED);
            PushSender.admit(conn);
            admit();
            deliverRest(content, end + 1);
        }

        private void deliverRest(ByteBuf content, int from) {
            if (from < content.writerIndex()) {
                Message message = BorrowedMessages.binary(content.slice(from, content.writerIndex() - from));
                try {
                    deliver(message);
                } finally {
                    BorrowedMessages.invalidate(message);
                }
            }
        }

        private void reject(String reason) {
            end();
            CoreMetrics.AUTHENTICATIONS.increment(CoreMetrics.AuthMethod.SECRET, CoreMetrics.AuthOutcome.REJECTED);
            LOG.cause(reason)
                    .warn(
                            conn,
                            "connection closed: peer={} reason={} (expected: the secret of the bridge)",
                            conn,
                            reason);
            conn.close();
        }

        @Override
        public String toString() {
            return "first-line timeout of " + conn;
        }
    }

    private static Optional<String> foreign(ByteBuf first) {
        return ForeignProtocol.of(first).map(ForeignProtocol::toString);
    }
}
