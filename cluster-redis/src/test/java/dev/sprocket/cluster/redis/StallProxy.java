package dev.sprocket.cluster.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Proxy whose connections can be stalled: open, but nothing comes back. */
final class StallProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final int target;
    private volatile boolean stallsAll;
    private final List<Link> links = new CopyOnWriteArrayList<>();

    /** Connection of a client, with the connection to the server. */
    private static final class Link {
        final Socket client;
        final Socket server;
        volatile boolean stalled;
        volatile boolean losesRequests;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void close() {
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    StallProxy(int target) throws IOException {
        this.target = target;
        thread(this::accept);
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "stall-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Returns the number of connections that were accepted. */
    int accepted() {
        return links.size();
    }

    /** Returns the number of connections that the client has not closed. */
    long open() {
        return links.stream().filter(link -> !link.client.isClosed()).count();
    }

    /** Drops what the server sends to all connections from now on. */
    void stallAll() {
        stallsAll = true;
    }

    /** Drops from now on what the newest connection sends to the server. */
    void loseRequestsOfNewest() {
        links.get(links.size() - 1).losesRequests = true;
    }

    /** Drops from now on what the server sends to the newest connection. */
    void stallNewest() {
        links.get(links.size() - 1).stalled = true;
    }

    private void accept() {
        try {
            while (true) {
                Link link = new Link(listening.accept(), new Socket(InetAddress.getLoopbackAddress(), target));
                link.stalled = stallsAll;
                links.add(link);
                thread(() -> copy(link, link.client, link.server, false));
                thread(() -> copy(link, link.server, link.client, true));
            }
        } catch (IOException ended) {
            links.forEach(Link::close);
        }
    }

    private static void copy(Link link, Socket from, Socket to, boolean fromServer) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (fromServer ? !link.stalled : !link.losesRequests) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException ended) {
            // one side has closed
        }
        link.close();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
