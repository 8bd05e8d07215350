package dev.sprocket.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.IoServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Client end of an in-memory socket.
 *
 * <p>Bytes are transferred immediately, on the caller's thread. Time stands still until {@link #advance}. Not
 * thread-safe.
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

    /** Connects to a stack with a clock. */
    public static MemorySocket to(MessageComponent<? super Connection, ? super Message> stack, VirtualClock clock) {
        return to(stack, OutboundLimit.DEFAULT, clock);
    }

    /** Connects to a stack with a limit of pending writes. */
    public static MemorySocket to(MessageComponent<? super Connection, ? super Message> stack, OutboundLimit limit) {
        return to(stack, limit, new VirtualClock());
    }

    /** Connects to a stack with a limit of pending writes and a clock. */
    public static MemorySocket to(
            MessageComponent<? super Connection, ? super Message> stack, OutboundLimit limit, VirtualClock clock) {
        MemorySocket socket = new MemorySocket(clock);
        socket.channel.pipeline().addLast(socket.new StalledWrites());
        IoServer.attach(socket.channel, stack, limit);
        socket.channel.runPendingTasks();
        return socket;
    }

    /** Suppresses flushes while the client does not read. */
    private final class StalledWrites extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!stalled) {
                ctx.flush();
            }
        }
    }

    /** Stops reading: bytes that the server sends stay pending in the server. */
    public void stall() {
        stalled = true;
    }

    /** Resumes reading. */
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

    /** Returns and removes the received bytes. */
    @CanIgnoreReturnValue
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

    /** Returns and removes the received bytes, decoded as UTF-8. */
    @CanIgnoreReturnValue
    public String readText() {
        return new String(read(), StandardCharsets.UTF_8);
    }

    /** Reports whether the socket is still open on the server side. */
    @CanIgnoreReturnValue
    public boolean isOpen() {
        channel.runPendingTasks();
        return channel.isOpen();
    }

    /** Half-closes the socket, like a TCP FIN: no more bytes will be sent. */
    public void shutdownOutput() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
    }

    /** Closes the socket. */
    public void close() {
        channel.close();
        channel.runPendingTasks();
        read();
        channel.checkException();
    }

    /** Advances the time and runs due tasks, also of other sockets with the same clock. */
    public void advance(Duration time) {
        clock.advance(time);
    }

    void runDue() {
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** Fires a user event in the server's pipeline, such as {@code CloseRequest}. */
    public void fire(Object event) {
        channel.pipeline().fireUserEventTriggered(event);
        channel.runPendingTasks();
    }
}
