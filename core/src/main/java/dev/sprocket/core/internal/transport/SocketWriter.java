package dev.sprocket.core.internal.transport;

import dev.sprocket.core.internal.metrics.CoreMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.AbstractEpollStreamChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to sockets of epoll without Netty's queue of the channel.
 *
 * <p>Only if the channel has nothing pending and no handler below changes the bytes, except TLS by OpenSSL. What the
 * socket does not take is written to the channel, which also handles errors.
 *
 * <p>Confined to its event loop.
 */
final class SocketWriter {
    /** Maximum size of a message under TLS, the content of one record (RFC 8446 5.1). */
    private static final int MAX_RECORD = 16 * 1024;
    /** Room for two records: the engine may have to send one of its own. */
    private static final int RECORDS = 2 * (MAX_RECORD + 512);

    private @Nullable ByteBuffer records;

    /**
     * Writes a message and flushes it. Does not change the message or its reference count.
     *
     * @param lowest context of the lowest handler, except TLS
     * @return false if nothing was written, and the message must be written to the channel
     */
    boolean write(ChannelHandlerContext lowest, ByteBuf message) {
        Channel channel = lowest.channel();
        if (!(channel instanceof AbstractEpollStreamChannel)
                || !(((UnixChannel) channel).fd() instanceof Socket socket)
                || !isIdle(channel)) {
            return false;
        }
        boolean written = write(lowest, channel.pipeline().firstContext(), socket, message);
        if (written) {
            CoreMetrics.SENT.add(message.readableBytes());
        }
        return written;
    }

    private boolean write(
            ChannelHandlerContext lowest, @Nullable ChannelHandlerContext bottom, Socket socket, ByteBuf message) {
        if (bottom == lowest) {
            return writePlain(lowest, socket, message);
        }
        return bottom != null
                && bottom.handler() instanceof RecordWriter tls
                && message.readableBytes() <= MAX_RECORD
                && writeEncrypted(lowest, bottom, tls, socket, message);
    }

    private static boolean isIdle(Channel channel) {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending != null && pending.totalPendingWriteBytes() == 0;
    }

    private static boolean writePlain(ChannelHandlerContext lowest, Socket socket, ByteBuf message) {
        int size = message.readableBytes();
        int sent;
        try {
            sent = send(socket, message);
        } catch (IOException channelFailsToo) {
            return false;
        }
        if (sent == 0) {
            return false;
        }
        if (sent < size) {
            writeToChannel(lowest, message.retainedSlice(message.readerIndex() + sent, size - sent));
        }
        return true;
    }

    private static int send(Socket socket, ByteBuf message) throws IOException {
        int start = message.readerIndex();
        if (message.hasMemoryAddress()) {
            return socket.sendAddress(message.memoryAddress(), start, message.writerIndex());
        }
        if (!message.isDirect() || message.nioBufferCount() != 1) {
            return 0;
        }
        ByteBuffer bytes = message.nioBuffer();
        return socket.send(bytes, bytes.position(), bytes.limit());
    }

    private boolean writeEncrypted(
            ChannelHandlerContext lowest,
            ChannelHandlerContext bottom,
            RecordWriter tls,
            Socket socket,
            ByteBuf message) {
        ByteBuffer encrypted = records();
        SSLEngineResult result = tls.encrypt(message, encrypted);
        if (result == null) {
            return false;
        }
        int size = encrypted.position();
        int sent = sendRecords(socket, encrypted, size);
        if (sent < size) {
            encrypted.position(sent).limit(size);
            writeToChannel(bottom, bottom.alloc().directBuffer(size - sent).writeBytes(encrypted));
        }
        int consumed = result.bytesConsumed();
        int rest = message.readableBytes() - consumed;
        if (rest > 0) {
            writeToChannel(lowest, message.retainedSlice(message.readerIndex() + consumed, rest));
        }
        return true;
    }

    private static int sendRecords(Socket socket, ByteBuffer records, int size) {
        try {
            return size == 0 ? 0 : socket.send(records, 0, size);
        } catch (IOException channelFailsToo) {
            return 0;
        }
    }

    private ByteBuffer records() {
        ByteBuffer existing = records;
        if (existing == null) {
            existing = ByteBuffer.allocateDirect(RECORDS);
            records = existing;
        }
        return existing.clear();
    }

    private static void writeToChannel(ChannelHandlerContext from, ByteBuf bytes) {
        from.write(bytes, from.voidPromise());
        from.flush();
    }
}
