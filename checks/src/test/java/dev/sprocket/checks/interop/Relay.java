package dev.sprocket.checks.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** TCP relay that cuts its connections like a lost network. */
final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final List<Socket> sockets = new ArrayList<>();
    /** Port of the server; 0 while connections are refused. */
    private int target;

    /** Relays connections to a port of this machine. */
    Relay(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Cuts all connections, and refuses others. */
    synchronized void cut() {
        target = 0;
        sockets.forEach(Relay::reset);
        sockets.clear();
    }

    /** Relays new connections to a port of this machine. */
    synchronized void connect(int port) {
        target = port;
    }

    private void accept() throws IOException {
        while (true) {
            relay(listener.accept());
        }
    }

    private synchronized void relay(Socket client) throws IOException {
        if (target == 0) {
            reset(client);
            return;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.addAll(List.of(client, server));
        start(() -> copy(client, server));
        start(() -> copy(server, client));
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
    }

    /** Closes a socket without its end of stream. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closed) {
            // the other side was first
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException closed) {
                        // the connection was cut, or the relay is closed
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        cut();
        listener.close();
    }
}
