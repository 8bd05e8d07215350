package dev.sprocket.checks.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Client on a plain socket. Blocking calls time out after {@link Site#TIMEOUT_SECONDS}. */
final class RawClient implements AutoCloseable {
    private static final AtomicInteger PEERS = new AtomicInteger();

    private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2L * Site.TIMEOUT_SECONDS);
    private final Socket socket;
    private final DataInputStream in;

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(Site.TIMEOUT_SECONDS * 1000);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    }

    static RawClient to(int port) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        return new RawClient(socket);
    }

    /** Connects from an unused loopback address, because repeated log lines about one peer are suppressed. */
    static RawClient fromUnusedAddress(int port) throws IOException {
        int number = PEERS.incrementAndGet();
        Socket socket = new Socket(
                "127.0.0.1", port, InetAddress.getByName("127.0." + (number / 250 + 1) + "." + (number % 250 + 1)), 0);
        socket.setTcpNoDelay(true);
        return new RawClient(socket);
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(UTF_8));
    }

    RawClient send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Reads a line without its terminator; null at the end of the stream. */
    String readLine() throws IOException {
        // limits a loop over lines that never finds the expected one
        if (System.nanoTime() - end > 0) {
            throw new SocketTimeoutException("connected for too long");
        }
        StringBuilder line = new StringBuilder();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            line.append((char) next);
            next = in.read();
        }
        return new String(line.toString().getBytes(ISO_8859_1), UTF_8).replaceAll("\r$", "");
    }

    /** Reads the head of an HTTP response, without the empty line. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = readLine(); line != null && !line.isEmpty(); line = readLine()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    byte[] readBytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    int readByte() throws IOException {
        return in.read();
    }

    /** Reads to the end of the stream; a connection reset counts as the end. */
    String readRest() throws IOException {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                all.write(next);
            }
        } catch (SocketException reset) {
            // the peer closed the connection with unread bytes
        }
        return all.toString(UTF_8);
    }

    /** Asserts that the server closes the connection without sending anything. */
    void assertClosed() throws IOException {
        assertThat(readRest()).isEmpty();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
