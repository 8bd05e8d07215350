package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.text.Lines;
import dev.sprocket.core.thread.ExecuteOn;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Callbacks that run after the peer has disconnected, on a manual executor. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LateCallbacksTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Recorder app = new Recorder();
    private final MessageComponent<Connection, Message> deferred = new ExecuteOn<>(tasks::add, app);

    private void drain() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private static byte[] frame(String text) {
        return WsPeer.frame(true, 1, text.getBytes(StandardCharsets.UTF_8));
    }

    private MemorySocket webSocket() {
        MemorySocket socket = MemorySocket.to(new HttpServer(new WsServer(deferred)));
        socket.write(WsPeer.handshake("/"));
        return socket;
    }

    @Test
    void messages_before_a_disconnect_are_delivered() {
        MemorySocket socket = MemorySocket.to(new Lines(deferred));
        socket.write("one\ntwo");
        socket.shutdownOutput();
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message one", "message two", "close");
    }

    @Test
    void messages_before_a_WebSocket_close_are_delivered() {
        MemorySocket socket = webSocket();
        Stream.of(frame("one"), frame("two"), WsPeer.frame(true, 8, new byte[] {0x03, (byte) 0xE8}))
                .forEach(socket::write);
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message one", "message two", "close");
    }

    @Test
    void nothing_is_delivered_after_the_application_closed() {
        MemorySocket socket = webSocket();
        Stream.of(frame("one"), frame("close"), frame("never seen")).forEach(socket::write);
        drain();
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message one", "message close", "close");
    }

    @Test
    void nothing_is_delivered_after_a_failure() {
        MemorySocket socket = MemorySocket.to(new Lines(deferred));
        socket.write("throw\nnever seen\n");
        drain();
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message throw", "error boom", "close");
    }
}
