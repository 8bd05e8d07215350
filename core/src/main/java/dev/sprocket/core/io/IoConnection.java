package dev.sprocket.core.io;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.net.AddressText;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.PipelineContext;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Lowest connection: raw bytes in both directions. */
final class IoConnection implements Connection {
    private final Attributes attributes = new Attributes();
    private final Channel channel;
    /** Null if the channel has all information, which is the normal case. */
    private final @Nullable PeerInfo peer;

    private final PipelineContext context;

    IoConnection(ChannelHandlerContext ctx, OutboundLimit limit, DropCounter dropStats, PeerInfo peer) {
        this.channel = ctx.channel();
        this.peer = peer.isPlain() ? null : peer;
        this.context = PipelineContext.root(this, ctx, new Outbound(ctx, limit, dropStats));
        peer.setAttributes(this);
    }

    Outbound outbound() {
        return context.outbound();
    }

    void writabilityChanged() {
        context.outbound().writabilityChanged();
    }

    @Override
    public boolean send(Message message) {
        return context.send(message);
    }

    @Override
    public void close() {
        close(CloseReason.NORMAL);
    }

    /** Closes the socket. Bytes of a raw socket cannot tell the reason. */
    @Override
    public void close(CloseReason reason) {
        reason.mark(this);
        context.outbound().close();
    }

    @Override
    public boolean isOpen() {
        return context.outbound().isOpen();
    }

    @Override
    public boolean isWritable() {
        return context.outbound().isWritable();
    }

    @Override
    public void onWritable(Runnable task) {
        context.outbound().whenWritable(task);
    }

    @Override
    public SocketAddress remoteAddress() {
        return peer == null ? channel.remoteAddress() : peer.remote();
    }

    @Override
    public SocketAddress localAddress() {
        return UnixAddress.local(channel);
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    /** Returns the peer's address for logs. */
    @Override
    public String toString() {
        return peer == null ? AddressText.of(channel.remoteAddress()) : peer.name();
    }
}
