package dev.sprocket.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** A stack on a channel in memory, seen from the other end. */
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

    public Peer says(String text) {
        return says(text.getBytes(UTF_8));
    }

    public Peer says(byte[] bytes) {
        // as one turn of its event loop, if it is connected
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
        } else {
            channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes));
        }
        return this;
    }

    /** What it was sent since the last time, as one text. */
    public String hears() {
        channel.runPendingTasks();
        StringBuilder heard = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            heard.append(bytes.toString(UTF_8));
            bytes.release();
        }
        return heard.toString();
    }

    /** Sends no more, and goes on reading. */
    public void endsItsStream() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
    }

    public void leaves() {
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
