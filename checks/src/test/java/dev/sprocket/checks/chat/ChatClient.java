package dev.sprocket.checks.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Chat client that hides its wire protocol. Blocking calls time out after 20 seconds. */
interface ChatClient extends AutoCloseable {
    /** Sends a chat message. */
    void send(String text) throws Exception;

    /** Waits for the next message. */
    String receive() throws Exception;

    @Override
    void close() throws Exception;

    /** Connects to a port of 127.0.0.1. */
    static Socket socket(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Connects a client that exchanges lines of text, as telnet does. */
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
