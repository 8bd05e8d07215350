package dev.sprocket.checks.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Connection that carries WAMP messages as texts. */
interface Link extends AutoCloseable {
    /** Timeout of blocking calls; reached only by a failing test. */
    int TIMEOUT_SECONDS = 60;

    void send(String text) throws Exception;

    /** Returns the next text. */
    String receive() throws Exception;

    @Override
    void close() throws IOException;

    /** Opens a WebSocket with the client of the JDK. */
    static Link webSocket(HttpClient client, int port, String path, String subprotocol, Who who) {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket.Builder builder = client.newWebSocketBuilder().subprotocols(subprotocol);
        if (who.isAuthenticated()) {
            builder.header("Authorization", who.authorization()).header("Origin", "http://127.0.0.1");
        }
        WebSocket socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), new WebSocket.Listener() {
                    private final StringBuilder parts = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        parts.append(text);
                        if (last) {
                            received.add(parts.toString());
                            parts.setLength(0);
                        }
                        from.request(1);
                        return null;
                    }
                })
                .join();
        return new Link() {
            @Override
            public void send(String text) {
                socket.sendText(text, true).join();
            }

            @Override
            public String receive() throws InterruptedException {
                String text = received.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                if (text == null) {
                    throw new AssertionError("nothing received");
                }
                return text;
            }

            @Override
            public void close() {
                socket.abort();
            }
        };
    }

    /** Opens a RawSocket with JSON. */
    static Link rawSocket(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_SECONDS * 1000);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(new byte[] {0x7F, (byte) 0xF1, 0, 0});
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readInt();
        return new Link() {
            @Override
            public void send(String text) throws IOException {
                send(0, text.getBytes(UTF_8));
            }

            private void send(int type, byte[] payload) throws IOException {
                socket.getOutputStream()
                        .write(ByteBuffer.allocate(4 + payload.length)
                                .putInt(type << 24 | payload.length)
                                .put(payload)
                                .array());
            }

            @Override
            public String receive() throws IOException {
                while (true) {
                    int head = in.readInt();
                    byte[] payload = in.readNBytes(head & 0xFFFFFF);
                    if (head >>> 24 == 0) {
                        return new String(payload, UTF_8);
                    }
                    send(2, payload); // PONG
                }
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
