package com.example.netstring;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.StackedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decoder of one connection, and the connection that the application sees. */
final class NetstringConnection extends ByteToMessageDecoder implements StackedConnection {
    private static final int MAX_DIGITS = 5;

    private static final LayerContext.Encoder NETSTRING = (message, alloc) -> {
        ByteBuf content = BorrowedMessages.bytes(message);
        int size = content.readableBytes();
        return alloc.buffer()
                .writeBytes((size + ":").getBytes(StandardCharsets.US_ASCII))
                .writeBytes(content, content.readerIndex(), size)
                .writeByte(',');
    };

    private final MessageComponent<? super Connection, ? super Message> app;
    private final Connection underlying;
    private final Attributes attributes;
    private final ComponentInvoker<Connection> invoker;
    private @Nullable LayerContext context;

    NetstringConnection(MessageComponent<? super Connection, ? super Message> app, Connection underlying) {
        this.app = app;
        this.underlying = underlying;
        this.attributes = new Attributes(underlying.attributes());
        this.invoker = new ComponentInvoker<>(app, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = LayerContext.of(underlying).attach(this, ctx, NETSTRING);
        StackedConnection.closeFirst(this);
        invoker.open();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        int colon = in.bytesBefore((byte) ':');
        int digits = colon < 0 ? in.readableBytes() : colon;
        String length = in.toString(in.readerIndex(), digits, StandardCharsets.US_ASCII);
        if (!isOpen() || digits > MAX_DIGITS || !length.matches("[0-9]*")) {
            in.skipBytes(in.readableBytes());
            close(CloseReason.malformed("length " + length + " (expected: 1-" + MAX_DIGITS + " digits and a colon)"));
            return;
        }
        int size = colon <= 0 ? -1 : Integer.parseInt(length);
        if (size < 0 || in.readableBytes() < colon + size + 2) {
            return;
        }
        in.skipBytes(colon + 1);
        Message message = BorrowedMessages.text(in.readSlice(size));
        in.skipBytes(1);
        try {
            invoker.deliver(app, message);
        } finally {
            BorrowedMessages.invalidate(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        invoker.fail(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        invoker.close();
    }

    @Override
    public boolean send(Message message) {
        return context != null && context.send(message);
    }

    /** Tells the peer why its connection is closed. */
    @Override
    public void close(CloseReason reason) {
        if (isOpen() && !reason.text().isEmpty()) {
            send("bye: " + reason.text());
        }
        underlying.close(reason);
    }

    @Override
    public Connection underlying() {
        return underlying;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return underlying.toString();
    }
}
