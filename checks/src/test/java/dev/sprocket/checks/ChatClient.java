package dev.sprocket.checks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Somebody in a chat, whatever the wire. What blocks gives up after 20 seconds. */
interface ChatClient extends AutoCloseable {
    void send(String text) throws Exception;

    /** The next message. */
    String receive() throws Exception;

    @Override
    void close() throws Exception;

    static Socket socket(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Telnet. */
    static ChatClient telnet(int port) throws IOException {
        Socket socket = socket(port);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        return new ChatClient() {
            @Override
            public void send(String text) throws IOException {
                socket.getOutputStream().write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public String receive() throws IOException {
                return lines.readLine();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
