package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Application that stores messages beyond their callback, on a socket with reused buffers. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MessageLifetimeTest {
    private final List<Message> history = new ArrayList<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final class Chat implements MessageComponent<WsConnection, Message> {
        private final boolean copies;

        Chat(boolean copies) {
            this.copies = copies;
        }

        @Override
        public void onMessage(WsConnection from, Message message) {
            if (message.text().equals("replay")) {
                history.forEach(from::send);
                events.add("replayed");
            } else {
                history.add(copies ? message.copy() : message);
                events.add(message.text());
            }
        }

        @Override
        public void onError(WsConnection conn, Throwable cause) {
            events.add(String.valueOf(cause.getMessage()));
        }
    }

    private String storeAndReplay(boolean copies, boolean fragmented) throws Exception {
        WsServer layer = new WsServer(new Chat(copies)).compress(Deflate.DEFAULT);
        try (IoServer server = IoServer.builder(new HttpServer(fragmented ? layer.keepFragments() : layer))
                .bind(0)
                .build()) {
            server.start();
            try (Socket one = open(server.port());
                    Socket other = open(server.port())) {
                for (int i = 100; i < 120; i++) {
                    sendAndAwait(one, "from the first " + i, fragmented);
                    sendAndAwait(other, "the other one " + i, fragmented);
                }
                other.getOutputStream().write(ClientFrames.text(0x81, "replay"));
                return next();
            }
        }
    }

    private static Socket open(int port) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write(ClientFrames.HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return socket;
    }

    private void sendAndAwait(Socket socket, String text, boolean fragmented) throws Exception {
        socket.getOutputStream()
                .write(
                        fragmented
                                ? ClientFrames.join(
                                        ClientFrames.text(0x01, text.substring(0, 4)),
                                        ClientFrames.text(0x80, text.substring(4)))
                                : ClientFrames.text(0x81, text));
        assertThat(next()).isEqualTo(text);
    }

    private String next() throws InterruptedException {
        return events.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void message_used_after_its_callback_without_copy_fails() throws Exception {
        String expected = "message used after its callback returned (call copy() inside the callback)";
        assertThat(storeAndReplay(false, false)).isEqualTo(expected);
        history.clear();
        assertThat(storeAndReplay(false, true)).isEqualTo(expected);
    }

    @Test
    void copied_message_is_unchanged_after_its_callback() throws Exception {
        assertThat(storeAndReplay(true, true)).isEqualTo("replayed");
        assertThat(history).extracting(Message::text).hasSize(40).contains("from the first 100", "the other one 119");
    }
}
