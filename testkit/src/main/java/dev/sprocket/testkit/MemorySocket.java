package dev.sprocket.testkit;

import dev.sprocket.core.Connection;
import dev.sprocket.core.DropStats;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.OutboundLimit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The client's end of a socket that exists in memory only: bytes go in, bytes come out, at once and on the caller's thread.
 * Time is virtual: it stands still until {@link #advance}.
 *
 * <p>Not thread-safe.
 */
public final class MemorySocket {
    private final VirtualClock clock;
    private final EmbeddedChannel channel;
    private boolean stalled;

    private MemorySocket(VirtualClock clock) {
        this.clock = clock;
        this.channel = EmbeddedChannel.builder().ticker(clock.ticker()).build();
        clock.add(this);
    }

    /** Connects to a stack. */
    public static MemorySocket to(MessageComponent<? super Connection, ? super Message> stack) {
        return to(stack, OutboundLimit.DEFAULT);
    }

    /** Connects to a stack, in the time of a clock. */
    public static MemorySocket to(MessageComponent<? super Connection, ? super Message> stack, VirtualClock clock) {
        return to(stack, OutboundLimit.DEFAULT, clock);
    }

    /** Connects to a stack that limits what may wait for a peer. */
    public static MemorySocket to(MessageComponent<? super Connection, ? super Message> stack, OutboundLimit limit) {
        return to(stack, limit, new VirtualClock());
    }

    /** As above, in the time of a clock. */
    public static MemorySocket to(
            MessageComponent<? super Connection, ? super Message> stack, OutboundLimit limit, VirtualClock clock) {
        MemorySocket socket = new MemorySocket(clock);
        socket.channel.pipeline().addLast(socket.new StalledWrites());
        IoServer.attach(socket.channel, stack, limit, new DropStats());
        socket.channel.runPendingTasks();
        return socket;
    }

    /** Where a peer that does not read holds back what is flushed. */
    private final class StalledWrites extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!stalled) {
                ctx.flush();
            }
        }
    }

    /** Stops reading: what the server sends from now on waits there. */
    public void stall() {
        stalled = true;
    }

    /** Reads on. */
    public void resume() {
        stalled = false;
        channel.flush();
        channel.runPendingTasks();
    }

    /** Sends bytes, as one packet. */
    public void write(byte[] bytes) {
        if (channel.isOpen()) {
            channel.writeInbound(
                    channel.alloc().directBuffer(Math.max(1, bytes.length)).writeBytes(bytes));
        }
    }

    /** Sends text as UTF-8. */
    public void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the bytes that have arrived since the last time. */
    public byte[] read() {
        channel.runPendingTasks();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            part.release();
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    /** As {@link #read()}, decoded as UTF-8. */
    public String readText() {
        return new String(read(), StandardCharsets.UTF_8);
    }

    /** Whether the server has the socket open. */
    public boolean isOpen() {
        channel.runPendingTasks();
        return channel.isOpen();
    }

    /** Says that nothing more will be sent (a TCP FIN). */
    public void shutdownOutput() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
    }

    /** Hangs up. */
    public void close() {
        channel.close();
        channel.runPendingTasks();
        read();
        channel.checkException();
    }

    /** Lets time pass, and what is due happen; also for others with the same clock. */
    public void advance(Duration time) {
        clock.advance(time);
    }

    void runDue() {
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** Tells the connection what the server tells it, such as {@code Ending}. */
    public void fire(Object event) {
        channel.pipeline().fireUserEventTriggered(event);
        channel.runPendingTasks();
    }
}
