package dev.sprocket.core.flow;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** In-memory peer that reads only on request of the test. */
final class SlowPeer {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final DropStats dropStats;
    private final FlushGate gate = new FlushGate();

    SlowPeer(OutboundLimit limit, MessageComponent<? super Connection, ? super Message> app) {
        channel.freezeTime();
        channel.pipeline().addFirst(gate);
        dropStats = IoServer.attach(channel, app, limit);
        channel.runPendingTasks();
    }

    /** Blocks flushes, like a socket whose peer does not read. */
    private static final class FlushGate extends ChannelOutboundHandlerAdapter {
        private boolean open;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (open) {
                ctx.flush();
            }
        }
    }

    void send(String bytes) {
        channel.writeInbound(channel.alloc().buffer().writeBytes(bytes.getBytes(StandardCharsets.UTF_8)));
        channel.runPendingTasks();
    }

    long pending() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Starts reading and returns the received messages. */
    @CanIgnoreReturnValue
    List<String> read() {
        gate.open = true;
        channel.flush();
        channel.runPendingTasks();
        List<String> all = new ArrayList<>();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            if (part.isReadable()) {
                all.add(part.toString(StandardCharsets.UTF_8));
            }
            part.release();
        }
        return all;
    }

    void stopReading() {
        gate.open = false;
    }

    void advance(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    void disconnect() {
        channel.close();
        channel.runPendingTasks();
        read();
        channel.checkException();
    }
}
