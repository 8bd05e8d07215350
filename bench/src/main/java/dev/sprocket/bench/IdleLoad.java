package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Connections that come, subscribe to a topic if there are any, and are silent. Threads: those of its {@link Load}. */
final class IdleLoad extends Crowd {
    /** What each connection costs, in bytes; the heap is not a number for what is no JVM. */
    record Cost(double resident, double heap) {}

    /** They come and go before anything is measured, so that what a server loads only once is not counted. */
    private static final int FIRST = 200;

    private final Dialect dialect;

    private IdleLoad(Load load, Target target, int connections) {
        super(load, target.dialect(), connections);
        this.dialect = target.dialect();
    }

    /** @param settle how long to wait before memory is read, each time */
    static Cost run(Target target, int connections, boolean jvm, Duration settle) throws InterruptedException {
        Proc server = new Proc(target.pid());
        try (Load load = new Load(target.port())) {
            IdleLoad first = new IdleLoad(load, target, Math.min(FIRST, connections));
            first.enter();
            first.leave();
            TimeUnit.MILLISECONDS.sleep(settle.toMillis());
            double heapBefore = jvm ? server.liveHeapBytes() : Double.NaN;
            long residentBefore = server.residentBytes();
            IdleLoad idle = new IdleLoad(load, target, connections);
            idle.enter();
            TimeUnit.MILLISECONDS.sleep(settle.toMillis());
            double heap = jvm ? server.liveHeapBytes() : Double.NaN;
            long resident = server.residentBytes();
            idle.check();
            idle.leave();
            return new Cost((double) (resident - residentBefore) / connections, (heap - heapBefore) / connections);
        }
    }

    @Override
    void entered(Client client) {
        if (!dialect.subscribe().isEmpty()) {
            client.send(dialect.subscribeTo(0, client));
        }
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {}
}
