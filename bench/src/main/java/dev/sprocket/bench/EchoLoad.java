package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import java.time.Duration;

/** Connections that send a message for each that comes back. Threads: those of its {@link Load}. */
final class EchoLoad extends Crowd {
    private final int payload;
    private final int pipeline;
    private final ByteBuf burst;
    private final int frame;
    private long echoes;

    private EchoLoad(Load load, Target target, int connections, int payload, int pipeline, ByteBuf burst) {
        super(load, target.dialect(), connections);
        this.payload = payload;
        this.pipeline = pipeline;
        this.burst = burst;
        this.frame = burst.readableBytes() / pipeline;
    }

    /**
     * How many messages come back.
     *
     * @param payload the length of a message, in bytes
     * @param pipeline how many messages of a connection are under way at a time
     */
    static Window run(Target target, int connections, int payload, int pipeline, Duration warmUp, Duration time)
            throws InterruptedException {
        ByteBuf burst = ClientFrames.texts("x".repeat(payload), pipeline);
        try (Load load = new Load(target.port())) {
            EchoLoad echo = new EchoLoad(load, target, connections, payload, pipeline, burst);
            echo.enter();
            load.tell(() -> echo.members.forEach(client -> echo.say(client, pipeline)));
            Window seen = Window.watch(load, target, warmUp, time, () -> echo.echoes);
            echo.check();
            echo.leave();
            return seen;
        } finally {
            burst.release();
        }
    }

    private void say(Client client, int times) {
        client.send(burst.retainedSlice(0, times * frame));
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
            int times = Math.min(client.count, pipeline);
            client.count -= times;
            say(client, times);
        }
    }
}
