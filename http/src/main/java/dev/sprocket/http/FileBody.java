package dev.sprocket.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Part of a file, read in pieces as fast as the peer accepts them. Confined to the event loop. */
final class FileBody implements Closeable {
    /** Bytes per read; small enough not to delay other connections of the event loop. */
    private static final int PIECE_SIZE = 64 * 1024;

    private final FileChannel channel;
    private final long offset;
    private long position;
    private long remaining;

    FileBody(Part part) throws IOException {
        channel = FileChannel.open(part.file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        offset = part.offset;
        position = offset;
        remaining = part.length;
    }

    /**
     * Range of a file.
     *
     * @param file a real path; opened only if it is not a symbolic link
     */
    record Part(Path file, long offset, long length) {}

    /** Returns the number of bytes that were read. */
    long sent() {
        return position - offset;
    }

    boolean isDone() {
        return remaining == 0;
    }

    /** Reads the next piece. Throws {@link EOFException} if the file has been truncated. */
    ByteBuf next(ByteBufAllocator alloc) throws IOException {
        ByteBuf piece = alloc.directBuffer((int) Math.min(remaining, PIECE_SIZE));
        int read = -1;
        try {
            read = piece.writeBytes(channel, position, piece.capacity());
            if (read <= 0) {
                throw new EOFException("file truncated: " + remaining + " bytes missing");
            }
        } finally {
            if (read <= 0) {
                piece.release();
            }
        }
        position += read;
        remaining -= read;
        return piece;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
