package dev.sprocket.checks.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Client of draft-hixie-thewebsocketprotocol-76 (2010). A text frame is delimited by 00 and FF. */
final class HixieChatClient implements ChatClient {
    private final Socket socket;

    HixieChatClient(int port) throws IOException {
        socket = ChatClient.socket(port);
        // the keys of the example in section 1.3 of the draft
        write("GET /chat HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\nUpgrade: WebSocket\r\n"
                + "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nOrigin: http://localhost\r\n\r\n^n:ds[4U");
        assertThat(FrameChatClient.readHead(socket.getInputStream())).startsWith("HTTP/1.1 101 ");
        assertThat(socket.getInputStream().readNBytes(16))
                .isEqualTo("8jKS'y:G*Co,Wxa-".getBytes(StandardCharsets.US_ASCII));
    }

    private void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void send(String text) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0);
        frame.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        frame.write(0xFF);
        socket.getOutputStream().write(frame.toByteArray());
    }

    @Override
    public String receive() throws IOException {
        assertThat(socket.getInputStream().read()).isZero();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int next = socket.getInputStream().read();
                next != 0xFF;
                next = socket.getInputStream().read()) {
            assertThat(next).isNotNegative();
            text.write(next);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
