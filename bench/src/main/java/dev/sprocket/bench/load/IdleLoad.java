package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Client;
import dev.sprocket.bench.client.ClientGroup;
import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.client.Target;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Load of idle connections with at most one subscription. Confined to the event loop of its {@link Load}. */
public final class IdleLoad extends ClientGroup {
    /**
     * Memory per connection in bytes.
     *
     * @param heap live heap; NaN if it is not measured
     * @param residentBefore resident memory of the whole server before the connections
     */
    public record Cost(double resident, double heap, long residentBefore) {}

    /** Connections opened and closed before the measurement, to exclude one-time allocations. */
    private static final int FIRST = 200;

    private final ClientProtocol protocol;

    private IdleLoad(Load load, Target target, int connections) {
        super(load, target.protocol(), connections);
        this.protocol = target.protocol();
    }

    /**
     * Opens the connections and measures the memory of the server.
     *
     * @param jvm whether to collect garbage and measure the heap
     * @param settle time to wait before each reading of memory
     */
    public static Cost run(Target target, int connections, boolean jvm, Duration settle) throws InterruptedException {
        ProcessStats server = new ProcessStats(target.pid());
        try (Load load = new Load(target)) {
            IdleLoad first = new IdleLoad(load, target, Math.min(FIRST, connections));
            first.connectAll();
            first.disconnectAll();
            TimeUnit.MILLISECONDS.sleep(settle.toMillis());
            double heapBefore = jvm ? server.liveHeapBytes() : Double.NaN;
            long residentBefore = server.residentBytes();
            IdleLoad idle = new IdleLoad(load, target, connections);
            idle.connectAll();
            TimeUnit.MILLISECONDS.sleep(settle.toMillis());
            double heap = jvm ? server.liveHeapBytes() : Double.NaN;
            long resident = server.residentBytes();
            idle.check();
            idle.disconnectAll();
            return new Cost(
                    (double) (resident - residentBefore) / connections,
                    (heap - heapBefore) / connections,
                    residentBefore);
        }
    }

    @Override
    public void connected(Client client) {
        if (!protocol.subscribe().isEmpty()) {
            client.send(protocol.subscribeTo(0, client));
        }
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {}
}
