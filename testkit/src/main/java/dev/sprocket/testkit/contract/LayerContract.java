package dev.sprocket.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.Recorder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Contract of layers: the rules that a layer must follow towards the component above.
 *
 * <p>Extend it to test a layer: define the stack and the bytes that a client sends.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
public abstract class LayerContract {
    private final Recorder app = new Recorder();

    /** Returns the stack from the socket to the layer, around an application. */
    protected abstract MessageComponent<? super Connection, ? super Message> stack(Recorder application);

    /**
     * Returns the bytes that a client sends before messages; empty by default.
     *
     * <p>The layer calls {@code onOpen} when it has received them.
     */
    protected byte[] handshake() {
        return new byte[0];
    }

    /** Returns the bytes of one message. */
    protected abstract byte[] message(String text);

    private MemorySocket connect() {
        MemorySocket socket = MemorySocket.to(stack(app));
        if (handshake().length > 0) {
            socket.write(handshake());
        }
        socket.read();
        return socket;
    }

    private byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void opens_first_and_closes_last_and_once() {
        MemorySocket socket = connect();
        socket.write(message("one"));
        socket.close();
        socket.close();
        assertThat(app.log()).containsExactly("open", "message one", "close");
    }

    @Test
    void delivers_messages_in_order() {
        MemorySocket socket = connect();
        socket.write(concat(message("1"), message("2"), message("3")));
        socket.write(message("4"));
        assertThat(app.log()).containsExactly("open", "message 1", "message 2", "message 3", "message 4");
        socket.close();
    }

    @Test
    void passes_one_connection_object_per_peer() {
        MemorySocket one = connect();
        one.write(message("1"));
        one.write(message("2"));
        MemorySocket other = connect();
        other.write(message("3"));
        one.close();
        other.close();
        assertThat(app.connections()).hasSize(2);
    }

    @Test
    void send_after_close_returns_false() {
        connect().close();
        assertThat(app.sentAfterClose()).isFalse();
    }

    @Test
    void sends_messages_of_the_application() {
        MemorySocket socket = connect();
        socket.write(message("echo hello"));
        assertThat(new String(socket.read(), StandardCharsets.ISO_8859_1)).contains("hello");
        socket.close();
    }

    @Test
    void failure_is_reported_once_and_closes_its_connection_only() {
        MemorySocket bad = connect();
        MemorySocket good = connect();
        bad.write(concat(message("throw"), message("never seen")));
        good.write(message("still here"));
        bad.close();
        good.close();
        assertThat(app.log())
                .containsSubsequence("open", "open", "message throw", "error boom", "message still here", "close")
                .doesNotContain("message never seen")
                .containsOnlyOnce("error boom");
        assertThat(app.log().stream().filter("close"::equals)).hasSize(2);
    }

    @Test
    void failing_on_error_closes_the_connection() {
        app.throwInOnError();
        MemorySocket socket = connect();
        socket.write(concat(message("throw"), message("never seen")));
        socket.close();
        assertThat(app.log()).containsExactly("open", "message throw", "error boom", "close");
    }

    @Test
    void delivers_nothing_after_the_application_closed() {
        MemorySocket socket = connect();
        socket.write(concat(message("close"), message("never seen")));
        socket.write(message("nor this"));
        socket.close();
        assertThat(app.log()).containsExactly("open", "message close", "close");
    }

    @Test
    void delivers_bytes_sent_with_the_handshake() {
        MemorySocket socket = MemorySocket.to(stack(app));
        socket.write(concat(handshake(), message("early")));
        assertThat(app.log()).containsExactly("open", "message early");
        socket.read();
        socket.close();
    }

    @Test
    void accepts_any_packet_boundaries() {
        MemorySocket socket = MemorySocket.to(stack(app));
        for (byte b : concat(handshake(), message("one"), message("two"))) {
            socket.write(new byte[] {b});
        }
        assertThat(app.log()).containsExactly("open", "message one", "message two");
        socket.read();
        socket.close();
    }

    @Test
    void messages_cannot_be_used_after_their_callback() {
        MemorySocket one = connect();
        MemorySocket other = connect();
        for (int i = 0; i < 20; i++) {
            one.write(message("first " + i));
            other.write(message("other " + i));
        }
        one.read();
        one.close();
        other.close();
        assertThat(app.log()).hasSize(44);
        assertThat(app.leaked()).isEmpty();
    }

    @Test
    void disconnect_during_the_handshake_calls_nothing() {
        if (handshake().length > 0) {
            MemorySocket socket = MemorySocket.to(stack(app));
            socket.write(java.util.Arrays.copyOf(handshake(), handshake().length / 2));
            socket.close();
            assertThat(app.log()).isEmpty();
        }
    }
}
