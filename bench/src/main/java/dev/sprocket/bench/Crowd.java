package dev.sprocket.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Connections that come in together, a few at a time, and stay. Threads: those of its {@link Load}. */
abstract class Crowd implements Client.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    /** How many are on their way in at a time. */
    private static final int TOGETHER = 256;
    /** How many come from one loopback address. */
    private static final int PER_ADDRESS = 5000;

    final Load load;
    final List<Client> members = new ArrayList<>();
    private final Dialect dialect;
    private final int size;
    private int begun;
    private int lost;
    private String loss = "";
    private boolean leaving;

    Crowd(Load load, Dialect dialect, int size) {
        this.load = load;
        this.dialect = dialect;
        this.size = size;
    }

    /** Returns when everybody is in; throws {@link IllegalStateException} if somebody is not. */
    final void enter() throws InterruptedException {
        load.tell(() -> {
            for (int i = 0; i < Math.min(TOGETHER, size); i++) {
                next();
            }
        });
        boolean in = load.await(PATIENCE, () -> members.size() == size || lost > 0);
        check();
        if (!in) {
            throw new IllegalStateException(
                    members.size() + " connections after " + PATIENCE.toSeconds() + " s (expected: " + size + ")");
        }
    }

    /** Throws if a connection was lost. */
    final void check() throws InterruptedException {
        int gone = load.ask(() -> lost);
        if (gone > 0) {
            throw new IllegalStateException(gone + " of " + size + " connections lost, the first: " + loss);
        }
    }

    /** Everybody hangs up. */
    final void leave() throws InterruptedException {
        load.tell(() -> {
            leaving = true;
            members.forEach(Client::hangUp);
        });
    }

    private void next() {
        int host = 1 + begun / PER_ADDRESS;
        begun++;
        load.connect(new Client(dialect, this), this, host);
    }

    @Override
    public final void ready(Client client) {
        members.add(client);
        entered(client);
        if (begun < size && !leaving) {
            next();
        }
    }

    /** What a connection does when it is in. */
    void entered(Client client) {}

    @Override
    public final void lost(Client client, String why) {
        if (!leaving && lost++ == 0) {
            loss = why;
        }
    }
}
