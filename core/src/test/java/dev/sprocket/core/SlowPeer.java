package dev.sprocket.core;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A peer in memory that reads only when the test says so. */
final class SlowPeer {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final DropStats losses = new DropStats();
    private final Dam dam = new Dam();

    SlowPeer(OutboundLimit limit, MessageComponent<? super Connection, ? super Message> app) {
        channel.freezeTime();
        channel.pipeline().addFirst(dam);
        IoServer.attach(channel, app, limit, losses);
        channel.runPendingTasks();
    }

    /** Holds back what is flushed: a socket whose peer does not read. */
    private static final class Dam extends ChannelOutboundHandlerAdapter {
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

    /** Reads from now on, and says what arrives, by messages. */
    List<String> reads() {
        dam.open = true;
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

    void stalls() {
        dam.open = false;
    }

    void advance(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    void leaves() {
        channel.close();
        channel.runPendingTasks();
        reads();
        channel.checkException();
    }
}
