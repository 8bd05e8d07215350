package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Client;
import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.client.Target;
import io.netty.buffer.ByteBuf;

/**
 * Load of connections that subscribe, close and are replaced by new ones.
 *
 * <p>A connection is counted when the server answers its close frame, because the subscription has been processed by
 * then. Confined to the event loop of its {@link Load}.
 */
public final class ChurnLoad implements Client.Listener {
    /** Number of source addresses. A used port stays in TIME_WAIT for a minute. */
    private static final int ADDRESSES = 200;

    private final Load load;
    private final ClientProtocol protocol;
    private long started;
    private long completed;
    private long failed;
    private String firstFailure = "";
    private boolean stopped;

    private ChurnLoad(Load load, Target target) {
        this.load = load;
        this.protocol = target.protocol();
    }

    /**
     * Runs the load and returns the number of completed connections.
     *
     * @param clients number of concurrent connections
     */
    public static Window run(Target target, int clients, Span span) throws InterruptedException {
        try (Load load = new Load(target)) {
            ChurnLoad churn = new ChurnLoad(load, target);
            load.runOnLoop(() -> {
                for (int i = 0; i < clients; i++) {
                    churn.next();
                }
            });
            Window window = Window.watch(load, target, span, () -> churn.completed);
            load.runOnLoop(() -> churn.stopped = true);
            if (load.callOnLoop(() -> churn.failed) > 0) {
                throw new IllegalStateException(churn.failed + " of " + churn.started
                        + " connections failed, the first: " + churn.firstFailure);
            }
            return window;
        }
    }

    private void next() {
        int host = 1 + (int) (started % ADDRESSES);
        started++;
        load.connect(new Client(protocol, load.target().deflate(), this), this, host, 0);
    }

    @Override
    public void ready(Client client) {
        if (!protocol.subscribe().isEmpty()) {
            client.write(protocol.subscribeTo(0, client));
        }
        client.count = 1;
        client.send(ClientFrames.close());
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {}

    @Override
    public void disconnected(Client client, String reason) {
        if (stopped) {
            return;
        }
        if (client.count == 1 && reason.startsWith(Client.CLOSED)) {
            completed++;
        } else if (failed++ == 0) {
            firstFailure = reason;
        }
        // asynchronous: a server that rejects every connection would cause a recursion
        load.loop().execute(this::next);
    }
}
