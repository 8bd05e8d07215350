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

/** A part of a file on its way to a peer, read in pieces as the peer takes them. On the event loop. */
final class FileBody implements Closeable {
    /** How much is read at once: not so much that other connections of the loop would notice. */
    private static final int PIECE_SIZE = 64 * 1024;

    private final FileChannel channel;
    private long position;
    private long remaining;

    FileBody(Part part) throws IOException {
        channel = FileChannel.open(part.file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        position = part.offset;
        remaining = part.length;
    }

    /**
     * Which file, and which part of it.
     *
     * @param file a real path: it is opened only if it is no link by then
     */
    record Part(Path file, long offset, long length) {}

    boolean isDone() {
        return remaining == 0;
    }

    /** The next piece. Throws {@link EOFException} if the file has become shorter. */
    ByteBuf next(ByteBufAllocator alloc) throws IOException {
        ByteBuf piece = alloc.directBuffer((int) Math.min(remaining, PIECE_SIZE));
        int read = -1;
        try {
            read = piece.writeBytes(channel, position, piece.capacity());
            if (read <= 0) {
                throw new EOFException(remaining + " bytes are missing");
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
