package dev.sprocket.session.php;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Content of a session file at a point in time.
 *
 * <p>PHP writes files in place; a reader without PHP's lock may see a partial write.
 */
final class PhpFile {
    /** Maximum size of a session file: 4 MiB. */
    static final int MAX_BYTES = 4 << 20;

    /** Maximum duration of a write. */
    private static final Duration MAX_WRITE_TIME = Duration.ofMillis(100);

    private final byte[] bytes;
    private final State before;
    private final State after;
    private final Instant readAt;

    private PhpFile(byte[] bytes, State before, State after, Instant read) {
        this.bytes = bytes;
        this.before = before;
        this.after = after;
        this.readAt = read;
    }

    /** Reads a file; empty if it does not exist or is older than {@code maxAge}. */
    static Optional<PhpFile> read(Path path, Duration maxAge) throws IOException {
        try {
            Instant now = Instant.now();
            State before = State.of(path);
            if (!before.regular() || (!maxAge.isZero() && before.modified().isBefore(now.minus(maxAge)))) {
                return Optional.empty();
            }
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                if (file.size() > MAX_BYTES) {
                    throw new IOException("session of " + file.size() + " bytes (expected: <= " + MAX_BYTES + ")");
                }
                // one more byte, to detect growth
                ByteBuffer into = ByteBuffer.allocate((int) file.size() + 1);
                while (into.hasRemaining() && file.read(into) > 0) {
                    continue;
                }
                return Optional.of(
                        new PhpFile(Arrays.copyOf(into.array(), into.position()), before, State.of(path), now));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** File attributes; unlike {@code modified}, {@code changed} cannot be set back. */
    private record State(boolean regular, long size, Instant modified, Instant changed, @Nullable Object key) {
        static State of(Path path) throws IOException {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Instant written = attributes.lastModifiedTime().toInstant();
            Instant changed = path.getFileSystem().supportedFileAttributeViews().contains("unix")
                    ? ((FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).toInstant()
                    : written;
            return new State(attributes.isRegularFile(), attributes.size(), written, changed, attributes.fileKey());
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /**
     * Reports whether no write was in progress, as far as detectable without the lock.
     *
     * @param earlier an earlier read of the same file, for comparison
     */
    boolean isConsistent(@Nullable PhpFile earlier) {
        if (!before.equals(after) || after.size() != bytes.length) {
            return false;
        }
        return after.changed().isBefore(readAt.minus(MAX_WRITE_TIME))
                || (earlier != null && after.equals(earlier.after) && Arrays.equals(bytes, earlier.bytes));
    }

    /**
     * Writes the file in place, as PHP does, and keeps its modification time.
     *
     * <p>The caller holds the lock; PHP may have the file open.
     */
    void write(Path path, byte[] changed) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer from = ByteBuffer.wrap(changed);
            while (from.hasRemaining()) {
                file.write(from);
            }
            file.truncate(changed.length);
        }
        Files.setLastModifiedTime(path, FileTime.from(after.modified()));
    }
}
