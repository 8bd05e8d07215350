package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * The laws that a decorator keeps towards the component inside it, told by what goes in and what comes out. Extend it for
 * yours, and say how it is put around a component:
 *
 * <pre>{@code
 * class MineTest extends ComponentContract<Connection> {
 *     protected MessageComponent<? super Connection, Message> around(MessageComponent<? super Connection, Message> inner) {
 *         return new Mine<>(inner);
 *     }
 *
 *     protected MessageComponent<? super Connection, ? super Message> on(
 *             MessageComponent<? super Connection, Message> decorator) {
 *         return decorator; // on a bare socket
 *     }
 *
 *     protected MessageComponent<? super Connection, ? super Message> application(Recorder application) {
 *         return application;
 *     }
 * }
 * }</pre>
 *
 * <p>Not thread-safe. A decorator that runs callbacks elsewhere comes to {@link #runPendingCallbacks}.
 *
 * @param <C> the connections that the decorator is about
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
public abstract class ComponentContract<C extends Connection> {
    private final Recorder recorder = new Recorder();
    private final List<C> below = new ArrayList<>();
    private final List<C> inside = new ArrayList<>();

    /** The decorator around a component. */
    protected abstract MessageComponent<? super C, Message> decorate(MessageComponent<? super C, Message> inner);

    /** The stack from the socket up to the decorator. */
    protected abstract MessageComponent<? super Connection, ? super Message> stack(
            MessageComponent<? super C, Message> decorator);

    /** What stands inside the decorator and hands its messages to the recorder. */
    protected abstract MessageComponent<? super C, ? super Message> application(Recorder application);

    /** A decorator that refuses every connection; empty if it is none that refuses. */
    protected Optional<MessageComponent<? super C, Message>> rejecting(MessageComponent<? super C, Message> inner) {
        return Optional.empty();
    }

    /** What a client sends first, before messages. */
    protected byte[] handshake() {
        return new byte[0];
    }

    /** The bytes of one message. */
    protected byte[] message(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Runs what the decorator has put off; returns when nothing is left. */
    protected void runPendingCallbacks() {}

    /** Notes which connections pass, and passes all on. */
    private final class ConnectionRecorder extends ForwardingComponent<C, Message> {
        private final List<C> seen;

        ConnectionRecorder(List<C> seen, MessageComponent<? super C, ? super Message> inner) {
            super(inner);
            this.seen = seen;
        }

        @Override
        public void onOpen(C conn) throws Exception {
            seen.add(conn);
            super.onOpen(conn);
        }

        @Override
        public void onMessage(C from, Message message) throws Exception {
            assertThat(seen).contains(from);
            super.onMessage(from, message);
        }

        @Override
        public void onError(C conn, Throwable cause) throws Exception {
            assertThat(seen).contains(conn);
            super.onError(conn, cause);
        }

        @Override
        public void onClose(C conn) throws Exception {
            assertThat(seen).contains(conn);
            super.onClose(conn);
        }
    }

    private MessageComponent<? super C, Message> innermost() {
        return new ConnectionRecorder(inside, application(recorder));
    }

    private MemorySocket connect(MessageComponent<? super C, Message> decorator) {
        MemorySocket socket = MemorySocket.to(stack(new ConnectionRecorder(below, decorator)));
        if (handshake().length > 0) {
            socket.write(handshake());
        }
        settle(socket);
        return socket;
    }

    /** Back and forth, since either side may give the other work. */
    private void settle(MemorySocket socket) {
        for (int i = 0; i < 3; i++) {
            runPendingCallbacks();
            socket.isOpen();
        }
    }

    private void send(MemorySocket socket, String... texts) {
        for (String text : texts) {
            socket.write(message(text));
        }
        settle(socket);
    }

    private void disconnect(MemorySocket socket) {
        socket.close();
        settle(socket);
    }

    @Test
    void each_connection_is_opened_first_and_closed_last_and_once() {
        MemorySocket socket = connect(decorate(innermost()));
        send(socket, "one");
        disconnect(socket);
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "message one", "close");
    }

    @Test
    void messages_keep_their_order() {
        MemorySocket socket = connect(decorate(innermost()));
        List<String> expected = new ArrayList<>(List.of("open"));
        for (int i = 0; i < 200; i++) {
            socket.write(message("m" + i));
            expected.add("message m" + i);
        }
        settle(socket);
        disconnect(socket);
        expected.add("close");
        assertThat(recorder.log()).containsExactlyElementsOf(expected);
    }

    @Test
    void the_connection_inside_is_the_one_below() {
        MessageComponent<? super C, Message> decorator = decorate(innermost());
        MemorySocket one = connect(decorator);
        MemorySocket other = connect(decorator);
        send(one, "1", "2");
        send(other, "3");
        disconnect(one);
        disconnect(other);
        assertThat(inside).hasSize(2).containsExactlyElementsOf(below);
    }

    @Test
    void a_failure_inside_comes_to_the_inside_once_and_ends_that_connection_alone() {
        MessageComponent<? super C, Message> decorator = decorate(innermost());
        MemorySocket bad = connect(decorator);
        MemorySocket good = connect(decorator);
        send(bad, "throw", "never seen");
        send(good, "still here");
        disconnect(bad);
        disconnect(good);
        assertThat(recorder.log())
                .containsSubsequence("message throw", "error boom")
                .contains("message still here")
                .doesNotContain("message never seen")
                .containsOnlyOnce("error boom");
        assertThat(recorder.log().stream().filter("close"::equals)).hasSize(2);
    }

    @Test
    void a_failure_below_comes_to_the_inside() throws Exception {
        MessageComponent<? super C, Message> decorator = decorate(innermost());
        MemorySocket socket = connect(decorator);
        decorator.onError(below.get(0), new IllegalStateException("from below"));
        settle(socket);
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "error from below", "close");
    }

    @Test
    void an_on_error_that_throws_ends_the_connection_too() {
        recorder.throwInOnError();
        MemorySocket socket = connect(decorate(innermost()));
        send(socket, "throw", "never seen");
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "message throw", "error boom", "close");
    }

    @Test
    void nothing_is_delivered_after_the_application_closed() {
        MemorySocket socket = connect(decorate(innermost()));
        send(socket, "close", "never seen");
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "message close", "close");
        assertThat(recorder.sentAfterClose()).isFalse();
    }

    @Test
    void what_the_application_sends_arrives() {
        MemorySocket socket = connect(decorate(innermost()));
        socket.read();
        send(socket, "echo hello");
        assertThat(new String(socket.read(), StandardCharsets.ISO_8859_1)).contains("hello");
        disconnect(socket);
    }

    @Test
    void messages_kept_past_their_callback_refuse_use() {
        MessageComponent<? super C, Message> decorator = decorate(innermost());
        MemorySocket one = connect(decorator);
        MemorySocket other = connect(decorator);
        for (int i = 0; i < 20; i++) {
            send(one, "first " + i);
            send(other, "other " + i);
        }
        disconnect(one);
        disconnect(other);
        assertThat(recorder.log()).contains("message first 19", "message other 19");
        assertThat(recorder.leaked()).isEmpty();
    }

    @Test
    void whoever_is_refused_is_neither_opened_nor_closed_inside() {
        Optional<MessageComponent<? super C, Message>> refusing = rejecting(innermost());
        if (refusing.isPresent()) {
            MemorySocket socket = connect(refusing.get());
            socket.write(message("never seen"));
            settle(socket);
            assertThat(socket.isOpen()).isFalse();
            disconnect(socket);
            assertThat(below).hasSize(1);
            assertThat(inside).isEmpty();
            assertThat(recorder.log()).isEmpty();
        }
    }
}
