package dev.sprocket.session;

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

/** A session's file as it was at some time. PHP writes it in place, and a reader without its lock may see half of that. */
final class PhpFile {
    /** The longest that is read. */
    static final int MAX_BYTES = 4 << 20;

    /** A write that began before this is over. */
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

    /** What is there now; empty if there is no file, or it was written longer ago than sessions last. */
    static Optional<PhpFile> read(Path path, Duration maxAge) throws IOException {
        try {
            Instant now = Instant.now();
            State before = State.of(path);
            if (!before.regular() || (!maxAge.isZero() && before.modified().isBefore(now.minus(maxAge)))) {
                return Optional.empty();
            }
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                if (file.size() > MAX_BYTES) {
                    throw new IOException("a session of " + file.size() + " bytes (expected: <= " + MAX_BYTES + ")");
                }
                // one more, to see that it has grown
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

    /** What can be seen of a file without opening it; {@code changed} cannot be set back, unlike {@code written}. */
    private record State(boolean regular, long size, Instant modified, Instant changed, @Nullable Object key) {
        static State of(Path path) throws IOException {
            BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Instant written = seen.lastModifiedTime().toInstant();
            Instant changed = path.getFileSystem().supportedFileAttributeViews().contains("unix")
                    ? ((FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS)).toInstant()
                    : written;
            return new State(seen.isRegularFile(), seen.size(), written, changed, seen.fileKey());
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whether nobody was writing, as far as can be told without the lock, but with what was read a little earlier. */
    boolean isConsistent(@Nullable PhpFile earlier) {
        if (!before.equals(after) || after.size() != bytes.length) {
            return false;
        }
        return after.changed().isBefore(readAt.minus(MAX_WRITE_TIME))
                || (earlier != null && after.equals(earlier.after) && Arrays.equals(bytes, earlier.bytes));
    }

    /** In place, as PHP does, which may have it open; and it is no younger for that. For who has the lock. */
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
