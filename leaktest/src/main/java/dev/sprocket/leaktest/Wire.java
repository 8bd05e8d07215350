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
 * The client's end of a connection without a socket: bytes in, bytes out, and time that passes when it is told to.
 *
 * <pre>{@code
 * @RegisterExtension final Wire wire = new Wire();
 *
 * IoServer.attach(wire.channel(), app);
 * wire.send("hello");
 * assertThat(wire.received()).isEqualTo("hello");
 * }</pre>
 *
 * <p>Text is one byte a character (ISO 8859-1). Confined to the test's thread.
 */
public final class Wire implements AfterEachCallback, AutoCloseable {
    /** Below a server channel that listens nowhere: Netty's HTTP/2 tells by it which side it is on. */
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new LocalServerChannel(), DefaultChannelId.newInstance(), true, false);
    /** Leaks are looked for in these by counting: the detector's records of each access would take most of the time. */
    private final List<ByteBuf> reads = new ArrayList<>();

    /** A connection that is open. */
    public Wire() {
        channel.freezeTime();
    }

    /** The server's end. */
    public EmbeddedChannel channel() {
        return channel;
    }

    /** Sends bytes, which arrive as one read. */
    public Wire send(byte[] bytes) {
        return send(bytes, 0, bytes.length);
    }

    /** Sends a part of these bytes, which arrive as one read; to a server that has closed they are lost. */
    public Wire send(byte[] bytes, int from, int to) {
        if (channel.isOpen()) {
            // not at the start of its memory: what reads a wrong index shows
            ByteBuf read = Unpooled.buffer(to - from + 3).writeZero(3).skipBytes(3);
            reads.add(read);
            channel.writeInbound(read.writeBytes(bytes, from, to - from));
        }
        return this;
    }

    /** Sends text. */
    public Wire send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes given in hex; spaces do not count. */
    public Wire sendHex(String hex) {
        return send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** All that has been flushed since the last time. */
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

    /** As {@link #receivedBytes()}, as text. */
    public String received() {
        return new String(receivedBytes(), StandardCharsets.ISO_8859_1);
    }

    /** As {@link #receivedBytes()}, in hex with a space after each byte. */
    public String receivedHex() {
        return HexFormat.ofDelimiter(" ").formatHex(receivedBytes());
    }

    /** Lets time pass. */
    public Wire advance(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        return this;
    }

    /** Whether the server keeps the connection open. */
    public boolean isOpen() {
        channel.runPendingTasks();
        return channel.isOpen();
    }

    /** Ends the client's direction only. */
    public Wire halfClose() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.runPendingTasks();
        return this;
    }

    /** The client is gone; all that it sent must be released. */
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
