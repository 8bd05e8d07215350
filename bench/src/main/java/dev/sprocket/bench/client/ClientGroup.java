package dev.sprocket.bench.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Group of connections that are opened in batches and stay open. Confined to the loop of its {@link Load}. */
public abstract class ClientGroup implements Client.Listener {
    private static final Duration TIMEOUT = Duration.ofSeconds(180);
    /** Maximum number of concurrent handshakes. */
    private static final int CONCURRENT = 256;
    /** Number of connections per loopback address. */
    private static final int PER_ADDRESS = 5000;

    public final Load load;
    public final List<Client> clients = new ArrayList<>();
    private final ClientProtocol protocol;
    private final int size;
    private int started;
    private int lost;
    private String firstLoss = "";
    private boolean closing;

    public ClientGroup(Load load, ClientProtocol protocol, int size) {
        this.load = load;
        this.protocol = protocol;
        this.size = size;
    }

    /**
     * Opens all connections and waits until they are ready.
     *
     * @throws IllegalStateException if a connection fails, or not all are ready within 180 seconds
     */
    public final void connectAll() throws InterruptedException {
        load.runOnLoop(() -> {
            for (int i = 0; i < Math.min(CONCURRENT, size); i++) {
                next();
            }
        });
        boolean ready = load.await(TIMEOUT, () -> clients.size() == size || lost > 0);
        check();
        if (!ready) {
            throw new IllegalStateException(
                    clients.size() + " connections after " + TIMEOUT.toSeconds() + " s (expected: " + size + ")");
        }
    }

    /** Throws {@link IllegalStateException} if a connection has been lost. */
    public final void check() throws InterruptedException {
        int count = load.callOnLoop(() -> lost);
        if (count > 0) {
            throw new IllegalStateException(count + " of " + size + " connections lost, the first: " + firstLoss);
        }
    }

    /** Closes all connections. */
    public final void disconnectAll() throws InterruptedException {
        load.runOnLoop(() -> {
            closing = true;
            clients.forEach(Client::close);
        });
    }

    private void next() {
        int host = 1 + started / PER_ADDRESS;
        int number = started++;
        load.connect(new Client(protocol, load.target().deflate(), this), this, host, number);
    }

    @Override
    public final void ready(Client client) {
        clients.add(client);
        connected(client);
        if (started < size && !closing) {
            next();
        }
    }

    /** Called when a connection is ready. */
    public void connected(Client client) {}

    @Override
    public final void disconnected(Client client, String reason) {
        if (!closing && lost++ == 0) {
            firstLoss = reason;
        }
    }
}
