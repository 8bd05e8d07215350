package dev.sprocket.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The other end of a real socket; what blocks gives up after ten seconds. */
final class Client implements AutoCloseable {
    private final AutoCloseable socket;
    private final InputStream in;
    private final java.io.OutputStream out;

    private Client(AutoCloseable socket, InputStream in, java.io.OutputStream out) {
        this.socket = socket;
        this.in = in;
        this.out = out;
    }

    static Client to(SocketAddress address) throws IOException {
        if (address instanceof InetSocketAddress) {
            Socket socket = new Socket();
            socket.connect(address, 10_000);
            return over(socket);
        }
        SocketChannel channel = SocketChannel.open(address);
        return new Client(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    /** Around a socket that is connected, such as one that speaks TLS. */
    static Client over(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        return new Client(socket, socket.getInputStream(), socket.getOutputStream());
    }

    Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Client send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Reads as many bytes as the text has. */
    String read(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** Reads up to a line feed, which is left out. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the end after: " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Reads to the end; a reset counts as one. */
    String rest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open after ten seconds", e);
        } catch (IOException reset) {
            // the end
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
