package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import java.time.Duration;

/**
 * Connections that come, subscribe, say goodbye, and are followed by others. One counts when the server has answered its
 * goodbye, since by then the subscription was made. Threads: those of its {@link Load}.
 */
final class ChurnLoad implements Client.Listener {
    /** They come from many addresses, since a port that was used rests for a minute. */
    private static final int ADDRESSES = 200;

    private final Load load;
    private final Dialect dialect;
    private long begun;
    private long ended;
    private long failed;
    private String failure = "";
    private boolean over;

    private ChurnLoad(Load load, Target target) {
        this.load = load;
        this.dialect = target.dialect();
    }

    /** How many come and go. @param clients how many at a time */
    static Window run(Target target, int clients, Duration warmUp, Duration time) throws InterruptedException {
        try (Load load = new Load(target.port())) {
            ChurnLoad churn = new ChurnLoad(load, target);
            load.tell(() -> {
                for (int i = 0; i < clients; i++) {
                    churn.next();
                }
            });
            Window seen = Window.watch(load, target, warmUp, time, () -> churn.ended);
            load.tell(() -> churn.over = true);
            if (load.ask(() -> churn.failed) > 0) {
                throw new IllegalStateException(
                        churn.failed + " of " + churn.begun + " connections failed, the first: " + churn.failure);
            }
            return seen;
        }
    }

    private void next() {
        int host = 1 + (int) (begun % ADDRESSES);
        begun++;
        load.connect(new Client(dialect, this), this, host);
    }

    @Override
    public void ready(Client client) {
        if (!dialect.subscribe().isEmpty()) {
            client.write(dialect.subscribeTo(0, client));
        }
        client.count = 1;
        client.send(ClientFrames.close());
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {}

    @Override
    public void lost(Client client, String why) {
        if (over) {
            return;
        }
        if (client.count == 1 && why.startsWith(Client.CLOSED)) {
            ended++;
        } else if (failed++ == 0) {
            failure = why;
        }
        // not at once: a server that refuses everybody would recurse
        load.loop().execute(this::next);
    }
}
