package dev.sprocket.leaktest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Client end of an in-memory connection, with a clock that the test advances.
 *
 * <pre>{@code
 * @RegisterExtension final Wire wire = new Wire();
 *
 * IoServer.attach(wire.channel(), app);
 * wire.send("hello");
 * assertThat(wire.received()).isEqualTo("hello");
 * }</pre>
 *
 * <p>Text is encoded as ISO 8859-1, one byte per character. Confined to the test's thread.
 */
public final class Wire implements AfterEachCallback, AutoCloseable {
    /** Channel with a server channel as its parent. Netty's HTTP/2 codec recognizes the server side by it. */
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new LocalServerChannel(), DefaultChannelId.newInstance(), true, false);
    /** Sent buffers. Their reference counts are checked at the end, because the leak detector would be too slow. */
    private final List<ByteBuf> reads = new ArrayList<>();

    /** Creates an open connection. */
    public Wire() {
        channel.freezeTime();
    }

    /** Returns the server end. */
    public EmbeddedChannel channel() {
        return channel;
    }

    /** Sends bytes as one read. */
    public Wire send(byte[] bytes) {
        return send(bytes, 0, bytes.length);
    }

    /** Sends a range of bytes as one read. Ignored if the server has closed the connection. */
    public Wire send(byte[] bytes, int from, int to) {
        if (channel.isOpen()) {
            // starts at an offset, to reveal code that assumes index 0
            ByteBuf read = Unpooled.buffer(to - from + 3).writeZero(3).skipBytes(3);
            reads.add(read);
            channel.writeInbound(read.writeBytes(bytes, from, to - from));
        }
        return this;
    }

    /** Sends text as one read. */
    public Wire send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes given in hex; spaces are ignored. */
    public Wire sendHex(String hex) {
        return send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Returns and removes the flushed bytes. */
    public byte[] receivedBytes() {
        channel.runPendingTasks();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object written = channel.readOutbound(); written != null; written = channel.readOutbound()) {
            ByteBuf part = (ByteBuf) written;
            byte[] copy = new byte[part.readableBytes()];
            part.readBytes(copy).release();
            bytes.writeBytes(copy);
        }
        return bytes.toByteArray();
    }

    /** Returns and removes the flushed bytes as text. */
    public String received() {
        return new String(receivedBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Returns and removes the flushed bytes in hex, separated by spaces. */
    public String receivedHex() {
        return HexFormat.ofDelimiter(" ").formatHex(receivedBytes());
    }

    /** Advances the time and runs due tasks. */
    public Wire advance(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        return this;
    }

    /** Reports whether the connection is still open on the server side. */
    public boolean isOpen() {
        channel.runPendingTasks();
        return channel.isOpen();
    }

    /** Half-closes the connection: the client sends no more bytes. */
    public Wire halfClose() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
        return this;
    }

    /** Closes the connection and fails if a sent buffer was not released. */
    @Override
    public void close() {
        channel.finishAndReleaseAll();
        for (ByteBuf read : reads) {
            if (read.refCnt() != 0) {
                throw new AssertionError("a read was never released: " + read);
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }
}
