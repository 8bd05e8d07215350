package dev.sprocket.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * In-memory channel on a real event loop that counts written bytes.
 *
 * <p>Netty's {@link EmbeddedChannel} has its own loop, so several of them cannot share one. Confined to its event loop.
 */
final class MemoryChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final SocketAddress ADDRESS = new SocketAddress() {};

    private final ChannelConfig config = new DefaultChannelConfig(this).setAllocator(PooledByteBufAllocator.DEFAULT);
    private boolean open = true;

    /** Number of written bytes. */
    long written;

    /** Receives what is written; null to discard it. */
    @Nullable
    Consumer<ByteBuf> peer;

    private boolean stalled;

    MemoryChannel() {
        super(null);
    }

    /** Simulates received bytes, and releases them. */
    void receive(ByteBuf bytes) {
        pipeline().fireChannelRead(bytes);
        pipeline().fireChannelReadComplete();
    }

    /** Simulates received bytes with a copy. Use it for shared buffers: frames are unmasked in place. */
    void receiveCopy(ByteBuf bytes) {
        receive(alloc().directBuffer(bytes.readableBytes())
                .writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes()));
    }

    /** Stops or continues reading by the peer. */
    void stall(boolean stop) {
        stalled = stop;
        unsafe().flush();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        while (!stalled && out.current() instanceof ByteBuf bytes) {
            written += bytes.readableBytes();
            if (peer != null) {
                peer.accept(bytes);
            }
            out.remove();
        }
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException());
            }
        };
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return ADDRESS;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return ADDRESS;
    }

    @Override
    protected void doBind(SocketAddress local) {}

    @Override
    protected void doDisconnect() {}

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected void doBeginRead() {}

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
