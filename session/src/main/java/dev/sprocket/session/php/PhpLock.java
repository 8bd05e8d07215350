package dev.sprocket.session.php;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * PHP's lock of a session file, {@code flock(2)}.
 *
 * <p>Java has no access to it: Java's file locks use {@code fcntl} on Linux, and the two do not interact. Therefore
 * the program {@code flock} takes the lock and holds it until its input ends, even if this process crashes.
 */
final class PhpLock implements AutoCloseable {
    private static final int NO_FILE = 66;
    private static final int NO_PROGRAM = 69;

    // flock itself would create a missing file; and the file may be replaced before the lock is acquired
    private static final String SCRIPT =
            "[ -f \"$1\" ] || exit " + NO_FILE + "; exec 9<\"$1\"; command -v flock >&2 || exit " + NO_PROGRAM
                    + "; flock \"$2\" 9; [ \"$1\" -ef /dev/fd/9 ] || exit " + NO_FILE + "; echo locked; exec cat";

    private final Process holder;

    private PhpLock(Process holder) {
        this.holder = holder;
    }

    /**
     * Acquires the lock; empty if the file does not exist.
     *
     * @param mode {@code -s} for reading, {@code -x} for writing
     * @throws IOException if the lock is not available within the timeout
     */
    static Optional<PhpLock> acquire(Path path, String mode, Duration timeout) throws IOException {
        Process holder = new ProcessBuilder("sh", "-c", SCRIPT, "sh", path.toString(), mode)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        AtomicBoolean decided = new AtomicBoolean();
        CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (decided.compareAndSet(false, true)) {
                        kill(holder);
                    }
                });
        BufferedReader output =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
        boolean locked = "locked".equals(output.readLine());
        if (!decided.compareAndSet(false, true)) {
            throw new IOException("session locked by PHP for more than " + timeout.toMillis() + " ms");
        }
        if (locked) {
            return Optional.of(new PhpLock(holder));
        }
        switch (exit(holder)) {
            case NO_FILE:
                return Optional.empty();
            case NO_PROGRAM:
                throw new IOException("program not found: flock (expected: from util-linux or BusyBox)");
            default:
                throw new IOException("cannot lock session file (expected: a readable file)");
        }
    }

    private static int exit(Process holder) throws IOException {
        try {
            return holder.waitFor();
        } catch (InterruptedException e) {
            kill(holder);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void kill(Process holder) {
        holder.descendants().forEach(ProcessHandle::destroyForcibly);
        holder.destroyForcibly();
    }

    @Override
    public void close() {
        kill(holder);
    }
}
