package dev.sprocket.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.io.IoServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** Client side of a stack on an in-memory channel. */
public final class Peer implements AutoCloseable {
    public final EmbeddedChannel channel;

    public Peer(MessageComponent<? super Connection, ? super Message> app) {
        this(new EmbeddedChannel(), app);
    }

    public Peer(EmbeddedChannel channel, MessageComponent<? super Connection, ? super Message> app) {
        this.channel = channel;
        IoServer.attach(channel, app);
        channel.runPendingTasks();
    }

    @CanIgnoreReturnValue
    public Peer send(String text) {
        return send(text.getBytes(UTF_8));
    }

    @CanIgnoreReturnValue
    public Peer send(byte[] bytes) {
        // one event loop iteration, if it is connected
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
        } else {
            channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes));
        }
        return this;
    }

    /** Returns the data received since the last call, as one text. */
    public String received() {
        channel.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(UTF_8));
            bytes.release();
        }
        return text.toString();
    }

    /** Ends the outbound stream and continues to read. */
    public void shutdownOutput() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
    }

    public void disconnect() {
        channel.close();
        channel.runPendingTasks();
    }

    public boolean isConnected() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
