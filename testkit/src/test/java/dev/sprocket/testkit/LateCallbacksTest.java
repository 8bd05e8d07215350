package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ExecuteOn;
import dev.sprocket.core.Lines;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Callbacks that run after the peer has left: on an executor that the test drains. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LateCallbacksTest {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Recorder app = new Recorder();
    private final MessageComponent<Connection, Message> late = new ExecuteOn<>(waiting::add, app);

    private void drain() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    private static byte[] frame(String text) {
        return WsPeer.frame(true, 1, text.getBytes(StandardCharsets.UTF_8));
    }

    private MemorySocket webSocket() {
        MemorySocket socket = MemorySocket.to(new HttpServer(new WsServer(late)));
        socket.write(WsPeer.handshake("/"));
        return socket;
    }

    @Test
    void a_client_that_writes_and_hangs_up_loses_nothing() {
        MemorySocket socket = MemorySocket.to(new Lines(late));
        socket.write("one\ntwo");
        socket.shutdownOutput();
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message one", "message two", "close");
    }

    @Test
    void nor_does_a_websocket_client_that_says_goodbye_at_once() {
        MemorySocket socket = webSocket();
        Stream.of(frame("one"), frame("two"), WsPeer.frame(true, 8, new byte[] {0x03, (byte) 0xE8}))
                .forEach(socket::write);
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message one", "message two", "close");
    }

    @Test
    void but_nothing_is_delivered_after_the_application_closed() {
        MemorySocket socket = webSocket();
        Stream.of(frame("one"), frame("close"), frame("never seen")).forEach(socket::write);
        drain();
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message one", "message close", "close");
    }

    @Test
    void nor_after_it_failed() {
        MemorySocket socket = MemorySocket.to(new Lines(late));
        socket.write("throw\nnever seen\n");
        drain();
        socket.close();
        drain();
        assertThat(app.log()).containsExactly("open", "message throw", "error boom", "close");
    }
}
