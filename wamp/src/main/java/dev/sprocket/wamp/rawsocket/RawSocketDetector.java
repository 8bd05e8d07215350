package dev.sprocket.wamp.rawsocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.tls.Tls;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Selects {@link RawSocket} or another component by the first byte of a connection.
 *
 * <p>The selected component is opened after this byte. Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class RawSocketDetector extends ForwardingComponent<Connection, Message> {
    private static final int TIMEOUT_SECONDS = 10;
    private static final AttributeKey<Choice> CHOICE =
            AttributeKey.of("detected protocol", "was RawSocketDetector.onOpen called?");

    /** Selected component of a connection. */
    private static final class Choice {
        @Nullable
        MessageComponent<? super Connection, ? super Message> component;

        @Nullable
        Future<?> deadline;
    }

    private final RawSocket rawSocket;
    private final MessageComponent<? super Connection, ? super Message> other;

    RawSocketDetector(RawSocket rawSocket, MessageComponent<? super Connection, ? super Message> other) {
        super(other);
        this.rawSocket = rawSocket;
        this.other = other;
    }

    @Override
    public void onOpen(Connection conn) throws Exception {
        Choice choice = new Choice();
        CHOICE.set(conn, choice);
        if (Tls.applicationProtocol(conn).isPresent()) {
            // TLS has negotiated the protocol already
            select(conn, choice, other);
        } else {
            choice.deadline =
                    PipelineContext.of(conn).loop().schedule(() -> conn.close(), TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @CanIgnoreReturnValue
    private static MessageComponent<? super Connection, ? super Message> select(
            Connection conn, Choice choice, MessageComponent<? super Connection, ? super Message> component)
            throws Exception {
        choice.component = component;
        cancelDeadline(choice);
        component.onOpen(conn);
        PipelineContext.of(conn).passReads(conn);
        return component;
    }

    private static void cancelDeadline(Choice choice) {
        if (choice.deadline != null) {
            choice.deadline.cancel(false);
            choice.deadline = null;
        }
    }

    @Override
    public void onMessage(Connection from, Message bytes) throws Exception {
        Choice choice = CHOICE.get(from);
        MessageComponent<? super Connection, ? super Message> chosen = choice.component;
        if (chosen == null) {
            if (bytes.size() == 0) {
                return;
            }
            byte firstByte = BorrowedMessages.bytes(bytes)
                    .getByte(BorrowedMessages.bytes(bytes).readerIndex());
            chosen = select(from, choice, firstByte == RawSocketHandler.MAGIC ? rawSocket : other);
        }
        chosen.onMessage(from, bytes);
    }

    /** Returns the selected component, which receives all further bytes. */
    @Override
    public Optional<Component<?>> passesTo(Connection conn) {
        Choice choice = CHOICE.find(conn).orElse(null);
        return choice == null ? Optional.empty() : Optional.ofNullable(choice.component);
    }

    @Override
    public void onError(Connection conn, Throwable cause) throws Exception {
        MessageComponent<? super Connection, ? super Message> chosen = CHOICE.get(conn).component;
        if (chosen != null) {
            chosen.onError(conn, cause);
        } else {
            conn.close();
        }
    }

    @Override
    public void onClose(Connection conn) throws Exception {
        Choice choice = CHOICE.get(conn);
        cancelDeadline(choice);
        if (choice.component != null) {
            choice.component.onClose(conn);
        }
    }
}
