package dev.sprocket.session;

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
 * PHP's lock of a session: {@code flock(2)}, which Java has not. What Java calls a lock is another one on Linux, and the two do
 * not know of each other. So the program {@code flock} takes it, and holds it until its input ends, also if we crash.
 */
final class PhpLock implements AutoCloseable {
    private static final int NO_FILE = 66;
    private static final int NO_PROGRAM = 69;

    // flock itself would make a file that is missing; and when the lock is there, the file may be another one
    private static final String SCRIPT =
            "[ -f \"$1\" ] || exit " + NO_FILE + "; exec 9<\"$1\"; command -v flock >&2 || exit " + NO_PROGRAM
                    + "; flock \"$2\" 9; [ \"$1\" -ef /dev/fd/9 ] || exit " + NO_FILE + "; echo locked; exec cat";

    private final Process holder;

    private PhpLock(Process holder) {
        this.holder = holder;
    }

    /** Takes it, {@code -s} to read or {@code -x} to write; empty if there is no such file. Waits, but not for ever. */
    static Optional<PhpLock> acquire(Path path, String how, Duration patience) throws IOException {
        Process holder = new ProcessBuilder("sh", "-c", SCRIPT, "sh", path.toString(), how)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        AtomicBoolean decided = new AtomicBoolean();
        CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (decided.compareAndSet(false, true)) {
                        kill(holder);
                    }
                });
        BufferedReader said =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.US_ASCII));
        boolean locked = "locked".equals(said.readLine());
        if (!decided.compareAndSet(false, true)) {
            throw new IOException(
                    "locked for more than " + patience.toMillis() + " ms (expected: PHP to be done with it)");
        }
        if (locked) {
            return Optional.of(new PhpLock(holder));
        }
        switch (exit(holder)) {
            case NO_FILE:
                return Optional.empty();
            case NO_PROGRAM:
                throw new IOException("no program flock (expected: one, from util-linux or BusyBox)");
            default:
                throw new IOException("cannot be locked (expected: a file that may be read)");
        }
    }

    private static int exit(Process holder) throws IOException {
        try {
            return holder.waitFor();
        } catch (InterruptedException e) {
            kill(holder);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted (expected: to go on)");
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
