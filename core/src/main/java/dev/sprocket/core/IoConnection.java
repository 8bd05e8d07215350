package dev.sprocket.core;

import dev.sprocket.core.spi.LocalClose;
import dev.sprocket.core.spi.Outbound;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket, as the lowest level sees it: bytes in, bytes out. */
final class IoConnection implements Connection {
    private final Attributes facts = new Attributes();
    private final Channel channel;
    /** Null if the socket knows it all, as most do. */
    private final @Nullable PeerInfo arrival;

    private final PipelineContext segment;

    IoConnection(ChannelHandlerContext ctx, OutboundLimit limit, DropStats losses, PeerInfo arrival) {
        this.channel = ctx.channel();
        this.arrival = arrival.isPlain() ? null : arrival;
        this.segment = PipelineContext.root(this, ctx, new Outbound(ctx, limit, losses));
        arrival.state(this);
    }

    void writabilityChanged() {
        segment.outbound().writabilityChanged();
    }

    @Override
    public boolean send(Message message) {
        return segment.send(message);
    }

    @Override
    public void close() {
        LocalClose.mark(this);
        segment.outbound().close();
    }

    @Override
    public boolean isOpen() {
        return segment.outbound().isOpen();
    }

    @Override
    public boolean isWritable() {
        return segment.outbound().isWritable();
    }

    @Override
    public void onWritable(Runnable task) {
        segment.outbound().whenWritable(task);
    }

    @Override
    public SocketAddress remoteAddress() {
        return arrival == null ? channel.remoteAddress() : arrival.remote();
    }

    @Override
    public SocketAddress localAddress() {
        return UnixAddress.local(channel);
    }

    @Override
    public Attributes attributes() {
        return facts;
    }

    /** The peer's address, as logs show it. */
    @Override
    public String toString() {
        return arrival == null ? AddressText.of(channel.remoteAddress()) : arrival.name();
    }
}
