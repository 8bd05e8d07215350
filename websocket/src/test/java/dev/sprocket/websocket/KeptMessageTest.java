package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
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

/** A chat that keeps messages for those who come later, on a socket whose buffers are used again. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KeptMessageTest {
    private final List<Message> history = new ArrayList<>();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final class Chat implements MessageComponent<WsConnection, Message> {
        private final boolean keeps;

        Chat(boolean keeps) {
            this.keeps = keeps;
        }

        @Override
        public void onMessage(WsConnection from, Message message) {
            if (message.text().equals("replay")) {
                history.forEach(from::send);
                seen.add("replayed");
            } else {
                history.add(keeps ? message.copy() : message);
                seen.add(message.text());
            }
        }

        @Override
        public void onError(WsConnection conn, Throwable cause) {
            seen.add(String.valueOf(cause.getMessage()));
        }
    }

    private String play(boolean keeps, boolean fragmented) throws Exception {
        WsServer layer = new WsServer(new Chat(keeps)).compress(Deflate.DEFAULT);
        try (IoServer server = IoServer.builder(new HttpServer(fragmented ? layer.keepFragments() : layer))
                .bind(0)
                .build()) {
            server.start();
            try (Socket one = open(server.port());
                    Socket other = open(server.port())) {
                for (int i = 100; i < 120; i++) {
                    say(one, "from the first " + i, fragmented);
                    say(other, "the other one " + i, fragmented);
                }
                other.getOutputStream().write(Client.text(0x81, "replay"));
                return next();
            }
        }
    }

    private static Socket open(int port) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write(Client.HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return socket;
    }

    private void say(Socket socket, String text, boolean fragmented) throws Exception {
        socket.getOutputStream()
                .write(
                        fragmented
                                ? Client.join(
                                        Client.text(0x01, text.substring(0, 4)), Client.text(0x80, text.substring(4)))
                                : Client.text(0x81, text));
        assertThat(next()).isEqualTo(text);
    }

    private String next() throws InterruptedException {
        return seen.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void a_message_kept_without_keep_is_refused_by_name() throws Exception {
        String refused = "message used after its callback returned (call copy() inside the callback)";
        assertThat(play(false, false)).isEqualTo(refused);
        history.clear();
        assertThat(play(false, true)).isEqualTo(refused);
    }

    @Test
    void a_message_kept_with_keep_is_what_it_was() throws Exception {
        assertThat(play(true, true)).isEqualTo("replayed");
        assertThat(history).extracting(Message::text).hasSize(40).contains("from the first 100", "the other one 119");
    }
}
