package dev.sprocket.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.Recorder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Contract of decorators: the rules that a decorator must follow towards the component inside it.
 *
 * <p>Extend it to test a decorator:
 *
 * <pre>{@code
 * class MyDecoratorTest extends ComponentContract<Connection> {
 *     protected MessageComponent<? super Connection, Message> decorate(
 *             MessageComponent<? super Connection, Message> inner) {
 *         return new MyDecorator<>(inner);
 *     }
 *
 *     protected MessageComponent<? super Connection, ? super Message> stack(
 *             MessageComponent<? super Connection, Message> decorator) {
 *         return decorator; // directly on the socket
 *     }
 *
 *     protected MessageComponent<? super Connection, ? super Message> application(Recorder application) {
 *         return application;
 *     }
 * }
 * }</pre>
 *
 * <p>For a decorator that runs callbacks on another executor, override {@link #runPendingCallbacks}. Not thread-safe.
 *
 * @param <C> type of the connections of the decorator
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
public abstract class ComponentContract<C extends Connection> {
    private final Recorder recorder = new Recorder();
    private final List<C> underlying = new ArrayList<>();
    private final List<C> inside = new ArrayList<>();
    /** Callbacks of connections that were not opened before. */
    private final List<String> unexpected = new ArrayList<>();

    /** Returns the decorator around a component. */
    protected abstract MessageComponent<? super C, Message> decorate(MessageComponent<? super C, Message> inner);

    /** Returns the stack from the socket to the decorator. */
    protected abstract MessageComponent<? super Connection, ? super Message> stack(
            MessageComponent<? super C, Message> decorator);

    /** Returns the component inside the decorator, which passes its messages to the recorder. */
    protected abstract MessageComponent<? super C, ? super Message> application(Recorder application);

    /** Returns a decorator that rejects every connection; empty if the decorator does not reject. */
    protected Optional<MessageComponent<? super C, Message>> rejecting(MessageComponent<? super C, Message> inner) {
        return Optional.empty();
    }

    /** Returns the component that is decorated: by default, this one. */
    protected MessageComponent<? super C, Message> decorated(MessageComponent<? super C, Message> component) {
        return component;
    }

    /** Returns the bytes that a client sends before messages; empty by default. */
    protected byte[] handshake() {
        return new byte[0];
    }

    /** Returns the bytes of one message. */
    protected byte[] message(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Runs all callbacks that the decorator has deferred; does nothing by default. */
    protected void runPendingCallbacks() {}

    /** Decorator that records its connections. */
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
            expectOpened(from, "onMessage");
            super.onMessage(from, message);
        }

        @Override
        public void onError(C conn, Throwable cause) throws Exception {
            expectOpened(conn, "onError");
            super.onError(conn, cause);
        }

        @Override
        public void onClose(C conn) throws Exception {
            expectOpened(conn, "onClose");
            super.onClose(conn);
        }

        /** Records a violation. An assertion would be handled like a failure of the component. */
        private void expectOpened(C conn, String callback) {
            if (!seen.contains(conn)) {
                unexpected.add(callback);
            }
        }
    }

    /** Decorator without effect. */
    private final class Wrapper extends ForwardingComponent<C, Message> {
        Wrapper(MessageComponent<? super C, ? super Message> inner) {
            super(inner);
        }
    }

    /** Decorator that keeps the last message and does not pass it on. */
    private final class MessageProbe extends ForwardingComponent<C, Message> {
        private @Nullable Message last;

        MessageProbe(MessageComponent<? super C, ? super Message> inner) {
            super(inner);
        }

        @Override
        public void onMessage(C from, Message message) {
            last = message;
        }
    }

    private MessageComponent<? super C, Message> innermost() {
        return decorated(new ConnectionRecorder(inside, application(recorder)));
    }

    private MemorySocket connect(MessageComponent<? super C, Message> decorator) {
        MemorySocket socket = MemorySocket.to(stack(new ConnectionRecorder(underlying, decorator)));
        if (handshake().length > 0) {
            socket.write(handshake());
        }
        runAll(socket);
        return socket;
    }

    /** Runs deferred callbacks and socket tasks alternately, because either may cause the other. */
    private void runAll(MemorySocket socket) {
        for (int i = 0; i < 3; i++) {
            runPendingCallbacks();
            socket.isOpen();
        }
    }

    private void send(MemorySocket socket, String... texts) {
        for (String text : texts) {
            socket.write(message(text));
        }
        runAll(socket);
    }

    private void disconnect(MemorySocket socket) {
        socket.close();
        runAll(socket);
    }

    @Test
    void opens_first_and_closes_last_and_once() {
        MemorySocket socket = connect(decorate(innermost()));
        send(socket, "one");
        disconnect(socket);
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "message one", "close");
    }

    @Test
    void delivers_messages_in_order() {
        MemorySocket socket = connect(decorate(innermost()));
        List<String> expected = new ArrayList<>(List.of("open"));
        for (int i = 0; i < 200; i++) {
            socket.write(message("m" + i));
            expected.add("message m" + i);
        }
        runAll(socket);
        disconnect(socket);
        expected.add("close");
        assertThat(recorder.log()).containsExactlyElementsOf(expected);
    }

    /** Bytes may pass by the decorator here, because no other component wants them. */
    @Test
    void delivers_messages_without_other_components_between() {
        MemorySocket socket = MemorySocket.to(stack(decorate(decorated(new Wrapper(application(recorder))))));
        if (handshake().length > 0) {
            socket.write(handshake());
        }
        runAll(socket);
        send(socket, "one", "two");
        send(socket, "throw", "never seen");
        disconnect(socket);
        assertThat(recorder.log())
                .containsExactly("open", "message one", "message two", "message throw", "error boom", "close");
    }

    @Test
    void passes_messages_on_unchanged_if_it_says_so() throws Exception {
        MessageProbe probe = new MessageProbe(application(recorder));
        MessageComponent<? super C, Message> decorator = decorate(decorated(probe));
        MemorySocket socket = connect(decorator);
        C conn = underlying.get(0);
        if (receiver(decorator, conn) == probe) {
            Message message = Message.text("as it is");
            decorator.onMessage(conn, message);
            assertThat(probe.last).isSameAs(message);
        }
        disconnect(socket);
    }

    /** Follows the components that pass messages on; returns the first one that receives them itself. */
    private static Component<?> receiver(Component<?> top, Connection conn) {
        Component<?> at = top;
        while (at instanceof DelegatingComponent passing) {
            Component<?> next = passing.passesTo(conn).orElse(at);
            if (next == at) {
                return at;
            }
            at = next;
        }
        return at;
    }

    @Test
    void inner_component_gets_the_underlying_connection() {
        MessageComponent<? super C, Message> decorator = decorate(innermost());
        MemorySocket one = connect(decorator);
        MemorySocket other = connect(decorator);
        send(one, "1", "2");
        send(other, "3");
        disconnect(one);
        disconnect(other);
        assertThat(inside).hasSize(2).containsExactlyElementsOf(underlying);
    }

    @Test
    void failure_is_reported_once_and_closes_its_connection_only() {
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
    void failure_below_is_passed_to_the_inner_component() throws Exception {
        MessageComponent<? super C, Message> decorator = decorate(innermost());
        MemorySocket socket = connect(decorator);
        decorator.onError(underlying.get(0), new IllegalStateException("from underlying"));
        runAll(socket);
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "error from underlying", "close");
    }

    @Test
    void failing_on_error_closes_the_connection() {
        recorder.throwInOnError();
        MemorySocket socket = connect(decorate(innermost()));
        send(socket, "throw", "never seen");
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "message throw", "error boom", "close");
    }

    @Test
    void delivers_nothing_after_the_application_closed() {
        MemorySocket socket = connect(decorate(innermost()));
        send(socket, "close", "never seen");
        disconnect(socket);
        assertThat(recorder.log()).containsExactly("open", "message close", "close");
        assertThat(recorder.sentAfterClose()).isFalse();
    }

    @Test
    void sends_messages_of_the_application() {
        MemorySocket socket = connect(decorate(innermost()));
        socket.read();
        send(socket, "echo hello");
        assertThat(new String(socket.read(), StandardCharsets.ISO_8859_1)).contains("hello");
        disconnect(socket);
    }

    @Test
    void messages_cannot_be_used_after_their_callback() {
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
    void rejected_connection_is_not_opened_or_closed_inside() {
        Optional<MessageComponent<? super C, Message>> decorator = rejecting(innermost());
        if (decorator.isPresent()) {
            MemorySocket socket = connect(decorator.get());
            socket.write(message("never seen"));
            runAll(socket);
            assertThat(socket.isOpen()).isFalse();
            disconnect(socket);
            assertThat(underlying).hasSize(1);
            assertNothingInside();
        }
    }

    @Test
    void rejected_connection_reaches_no_callback_inside() {
        Optional<MessageComponent<? super C, Message>> decorator = rejecting(innermost());
        if (decorator.isPresent()) {
            MemorySocket socket = connect(decorator.get());
            C rejected = underlying.get(0);
            // a layer below may still have messages and failures of the connection
            attempt(() -> decorator.get().onMessage(rejected, Message.text("never seen")));
            attempt(() -> decorator.get().onError(rejected, new IllegalStateException("never seen")));
            runAll(socket);
            disconnect(socket);
            assertNothingInside();
        }
    }

    /** A callback, which may throw. */
    private interface Callback {
        void call() throws Exception;
    }

    private static void attempt(Callback callback) {
        try {
            callback.call();
        } catch (Exception handledBelow) {
            // by the layer below
        }
    }

    private void assertNothingInside() {
        assertThat(unexpected).isEmpty();
        assertThat(inside).isEmpty();
        assertThat(recorder.log()).isEmpty();
    }
}
