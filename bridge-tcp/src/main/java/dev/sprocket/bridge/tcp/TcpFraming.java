package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Lines;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.DelimitedTextLayer;
import dev.sprocket.core.spi.MessageEncoder;
import io.netty.buffer.ByteBuf;

/** How a bridge's clients tell their messages apart. Answers are framed in the same way. */
public enum TcpFraming {
    /** One a line, the last one ended by the end of the stream if by nothing else; empty lines are passed over. */
    LINES {
        @Override
        MessageComponent<Connection, Message> around(
                MessageComponent<? super Connection, ? super Message> app, int limit) {
            return Lines.verbatim(app, limit);
        }
    },
    /** One a connection, up to the end of its stream; the answer is a line. */
    CLOSE_DELIMITED {
        @Override
        MessageComponent<Connection, Message> around(
                MessageComponent<? super Connection, ? super Message> app, int limit) {
            return new DelimitedTextLayer(app, () -> new CloseDelimitedDecoder(limit), LINE, true);
        }
    },
    /** Each after its length in bytes: four bytes, the highest first. */
    LENGTH_PREFIXED {
        @Override
        MessageComponent<Connection, Message> around(
                MessageComponent<? super Connection, ? super Message> app, int limit) {
            return new DelimitedTextLayer(app, () -> new LengthPrefixedDecoder(limit), LENGTH_FIRST, true);
        }
    };

    private static final MessageEncoder LINE = (message, alloc) -> {
        ByteBuf content = BorrowedMessages.bytes(message);
        return alloc.directBuffer(content.readableBytes() + 1)
                .writeBytes(content, content.readerIndex(), content.readableBytes())
                .writeByte('\n');
    };

    private static final MessageEncoder LENGTH_FIRST = (message, alloc) -> {
        ByteBuf content = BorrowedMessages.bytes(message);
        return alloc.directBuffer(Integer.BYTES + content.readableBytes())
                .writeInt(content.readableBytes())
                .writeBytes(content, content.readerIndex(), content.readableBytes());
    };

    abstract MessageComponent<Connection, Message> around(
            MessageComponent<? super Connection, ? super Message> app, int limit);
}
