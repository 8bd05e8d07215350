package dev.sprocket.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Client with a real socket, whose blocking operations time out after ten seconds. */
public final class Client implements AutoCloseable {
    private final AutoCloseable socket;
    private final InputStream in;
    private final java.io.OutputStream out;

    private Client(AutoCloseable socket, InputStream in, java.io.OutputStream out) {
        this.socket = socket;
        this.in = in;
        this.out = out;
    }

    @CanIgnoreReturnValue
    public static Client connect(SocketAddress address) throws IOException {
        if (address instanceof InetSocketAddress) {
            Socket socket = new Socket();
            socket.connect(address, 10_000);
            return of(socket);
        }
        SocketChannel channel = SocketChannel.open(address);
        return new Client(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    /** Wraps a connected socket, such as a TLS socket. */
    public static Client of(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        return new Client(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @CanIgnoreReturnValue
    public Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    @CanIgnoreReturnValue
    Client send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Reads this number of bytes. */
    @CanIgnoreReturnValue
    public String read(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** Reads a line, without its line feed. */
    public String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the end after: " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Reads to the end of the stream; a reset counts as the end. */
    @CanIgnoreReturnValue
    public String readToEnd() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open after ten seconds", e);
        } catch (IOException reset) {
            // end of the stream
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
