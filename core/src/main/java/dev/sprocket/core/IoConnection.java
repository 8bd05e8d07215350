package dev.sprocket.core;

import dev.sprocket.core.spi.Outbound;
import dev.sprocket.core.spi.Segment;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;

/** A socket, as the lowest level sees it: bytes in, bytes out. */
final class IoConnection implements Connection {
    private final Facts facts = new Facts();
    private final Channel channel;
    private final Arrival arrival;
    private final Segment segment;

    IoConnection(ChannelHandlerContext ctx, long outboundLimit, Arrival arrival) {
        this.channel = ctx.channel();
        this.arrival = arrival;
        this.segment = Segment.bottom(this, ctx, new Outbound(ctx, outboundLimit));
        arrival.state(this);
    }

    @Override
    public boolean send(Message message) {
        return segment.send(message);
    }

    @Override
    public void close() {
        segment.outbound().close();
    }

    @Override
    public boolean isOpen() {
        return segment.outbound().isOpen();
    }

    @Override
    public SocketAddress remoteAddress() {
        return arrival.remote();
    }

    @Override
    public SocketAddress localAddress() {
        return UnixAddress.plain(channel.localAddress());
    }

    @Override
    public Facts facts() {
        return facts;
    }

    /** The peer's address, as logs show it. */
    @Override
    public String toString() {
        return arrival.name();
    }
}
