package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Client;
import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.bench.client.ClientGroup;
import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.client.Target;
import io.netty.buffer.ByteBuf;

/** Load that sends a message for each echo received. Confined to the event loop of its {@link Load}. */
public final class EchoLoad extends ClientGroup {
    private final int payload;
    private final int pipeline;
    private final ByteBuf burst;
    private final int frame;
    private long echoes;

    private EchoLoad(Load load, Target target, int connections, int payload, int pipeline, ByteBuf burst) {
        super(load, target.protocol(), connections);
        this.payload = payload;
        this.pipeline = pipeline;
        this.burst = burst;
        this.frame = burst.readableBytes() / pipeline;
    }

    /**
     * Runs the load and counts the echoes.
     *
     * @param payload length of a message in bytes
     * @param pipeline number of messages in flight per connection
     */
    public static Window run(Target target, int connections, int payload, int pipeline, Span span)
            throws InterruptedException {
        ByteBuf burst = ClientFrames.texts("x".repeat(payload), pipeline);
        try (Load load = new Load(target)) {
            EchoLoad echo = new EchoLoad(load, target, connections, payload, pipeline, burst);
            echo.connectAll();
            load.runOnLoop(() -> echo.clients.forEach(client -> echo.sendBurst(client, pipeline)));
            Window window = Window.watch(load, target, span, () -> echo.echoes);
            echo.check();
            echo.disconnectAll();
            return window;
        } finally {
            burst.release();
        }
    }

    private void sendBurst(Client client, int count) {
        client.send(burst.retainedSlice(0, count * frame));
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {
        if (length != payload) {
            throw new IllegalStateException("echo of " + length + " bytes (expected: " + payload + ")");
        }
        client.count++;
        echoes++;
    }

    @Override
    public void readComplete(Client client) {
        while (client.count > 0) {
            int count = Math.min(client.count, pipeline);
            client.count -= count;
            sendBurst(client, count);
        }
    }
}
