package dev.sprocket.config.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.LineQueue;
import dev.sprocket.core.internal.log.PeerLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * File of an access log, written by its own thread.
 *
 * <p>Lines are appended, so {@code copytruncate} of logrotate works. A file that was renamed or removed is replaced by
 * a new one before the next line, so a renaming rotation needs no signal. All access logs of a process with the same
 * path share one file, also after a reload.
 */
@ThreadSafe
public final class AccessFile implements LineQueue.Output {
    /** Bytes of lines that may wait for the disk: 4 MiB. */
    private static final int LIMIT = 4 << 20;

    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(2);
    private static final PeerLog LOG = PeerLog.of(AccessLog.class);
    private static final Map<Path, AccessFile> FILES = new TreeMap<>();

    private final Path path;
    private final LineQueue queue;
    private @Nullable OutputStream out;
    private @Nullable Object key;

    private AccessFile(Path path) {
        this.path = path;
        this.queue = new LineQueue("sprocket-access-log", LIMIT, this);
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::flush, "sprocket-access-log-flush"));
        } catch (IllegalStateException e) {
            // the JVM is exiting already
            LOG.debug("no flush at exit: file={}", path);
        }
    }

    /** Returns the file of a path, which is opened with the first line. */
    static AccessFile of(Path path) {
        synchronized (FILES) {
            return FILES.computeIfAbsent(path.toAbsolutePath().normalize(), AccessFile::new);
        }
    }

    /** Writes the queued lines of all files. */
    public static void flushAll() {
        synchronized (FILES) {
            FILES.values().forEach(AccessFile::flush);
        }
    }

    private void flush() {
        queue.flush(FLUSH_TIMEOUT);
    }

    /** Queues a line. */
    void add(String line) {
        queue.add(bytes(line));
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Opens the file, again if another one has its path now. */
    @Override
    public void begin() throws IOException {
        if (out != null && !Objects.equals(key, keyOf(path))) {
            out.close();
            out = null;
        }
        if (out == null) {
            out = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            key = keyOf(path);
        }
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void write(byte[] line) throws IOException {
        OutputStream open = out;
        if (open == null) {
            // begin has failed, which was reported
            return;
        }
        open.write(line);
    }

    @Override
    public byte[] lost(long count) {
        LOG.times(count).warn(path, "access log lines lost, the disk is too slow: file={} lost={}", path, count);
        return new byte[0];
    }

    @Override
    public void failed(IOException cause) {
        LOG.warn(path, "access log not written, lines are lost: file={} (check the disk and permissions)", path, cause);
    }
}
