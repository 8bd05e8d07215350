package dev.sprocket.checks.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** TCP proxy whose connections can be cut, like those of a phone without a network. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Socket> sockets = new ArrayList<>();
    private final StringBuilder sent = new StringBuilder();
    private boolean cut;
    private int refused;

    /** Starts a proxy to a port of 127.0.0.1. */
    CuttingProxy(int target) throws IOException {
        this.target = target;
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Resets all connections; later ones are reset until {@link #restore}. */
    synchronized void cut() throws IOException {
        cut = true;
        refused = 0;
        for (Socket socket : sockets) {
            reset(socket);
        }
        sockets.clear();
    }

    /** Waits until this number of connections was reset since the cut. */
    synchronized void awaitRefused(int connections) throws InterruptedException {
        while (refused < connections) {
            wait();
        }
    }

    synchronized void restore() {
        cut = false;
    }

    /** Returns all that clients have sent. */
    synchronized String sent() {
        return sent.toString();
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException closed) {
                        // the connection or the proxy was closed
                    }
                },
                "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @FunctionalInterface
    private interface Task {
        void run() throws IOException;
    }

    private void accept() throws IOException {
        while (true) {
            connect(server.accept());
        }
    }

    private synchronized void connect(Socket client) throws IOException {
        if (cut) {
            refused++;
            notifyAll();
            reset(client);
            return;
        }
        Socket upstream = new Socket("127.0.0.1", target);
        sockets.add(client);
        sockets.add(upstream);
        daemon(() -> copy(client, upstream, true));
        daemon(() -> copy(upstream, client, false));
    }

    private void copy(Socket from, Socket to, boolean isRequest) throws IOException {
        byte[] buffer = new byte[8192];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
                if (isRequest) {
                    record(new String(buffer, 0, size, ISO_8859_1));
                }
                out.write(buffer, 0, size);
            }
        }
    }

    private synchronized void record(String text) {
        sent.append(text);
    }

    private static void reset(Socket socket) throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
