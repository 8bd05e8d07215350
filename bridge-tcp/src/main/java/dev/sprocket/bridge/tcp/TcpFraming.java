package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.framing.DelimitedTextLayer;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.text.Lines;
import io.netty.buffer.ByteBuf;

/** Framing of the messages of a TCP bridge, and of its acknowledgements. */
public enum TcpFraming {
    /** One message per line; empty lines are skipped, and the last line may be unterminated. */
    LINES {
        @Override
        MessageComponent<Connection, Message> around(
                MessageComponent<? super Connection, ? super Message> app, int limit) {
            return new Lines(app).limit(limit).verbatim();
        }
    },
    /** One message per connection, up to the end of its stream; acknowledged by a line. */
    CLOSE_DELIMITED {
        @Override
        MessageComponent<Connection, Message> around(
                MessageComponent<? super Connection, ? super Message> app, int limit) {
            return new DelimitedTextLayer(app, () -> new CloseDelimitedDecoder(limit), LINE, true);
        }
    },
    /** Each message is preceded by its length in four bytes, big-endian; acknowledgements likewise. */
    LENGTH_PREFIXED {
        @Override
        MessageComponent<Connection, Message> around(
                MessageComponent<? super Connection, ? super Message> app, int limit) {
            return new DelimitedTextLayer(app, () -> new LengthPrefixedDecoder(limit), LENGTH_PREFIX, true);
        }
    };

    private static final LayerContext.Encoder LINE = (message, alloc) -> {
        ByteBuf content = BorrowedMessages.bytes(message);
        return alloc.directBuffer(content.readableBytes() + 1)
                .writeBytes(content, content.readerIndex(), content.readableBytes())
                .writeByte('\n');
    };

    private static final LayerContext.Encoder LENGTH_PREFIX = (message, alloc) -> {
        ByteBuf content = BorrowedMessages.bytes(message);
        return alloc.directBuffer(Integer.BYTES + content.readableBytes())
                .writeInt(content.readableBytes())
                .writeBytes(content, content.readerIndex(), content.readableBytes());
    };

    abstract MessageComponent<Connection, Message> around(
            MessageComponent<? super Connection, ? super Message> app, int limit);
}
