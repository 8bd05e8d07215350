package dev.sprocket.session.php;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spi.SessionStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Store for PHP's session files ({@code session.save_handler = files}).
 *
 * <p>A session is read as the last request left it, without PHP's lock, which a PHP request holds while it runs. A
 * file that is being written is read again. Updates hold that lock for a moment, which requires the program {@code
 * flock}.
 *
 * <p>Files are read and written on a few dedicated threads.
 */
@ThreadSafe
public final class PhpFiles implements SessionStore.Writable {
    /** Maximum number of pending requests. */
    private static final int MAX_PENDING = 1024;

    private static final int MAX_RETRIES = 8;
    private static final long RETRY_MILLIS = 20;
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

    private final PhpFolder folder;
    private final Duration maxAge;
    private final ScheduledExecutorService readers = executor("sprocket-php-files-read");
    private final ScheduledExecutorService writers = executor("sprocket-php-files-write");
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

    /**
     * Creates a store for files of any age.
     *
     * <p>A session exists until its file is deleted, as in PHP.
     *
     * @param savePath value of {@code session.save_path}: {@code folder}, {@code levels;folder} or {@code
     *     levels;mode;folder}
     */
    public PhpFiles(String savePath) {
        this(savePath, Duration.ZERO);
    }

    /**
     * Creates a store for files up to a maximum age.
     *
     * @param savePath value of {@code session.save_path}: {@code folder}, {@code levels;folder} or {@code
     *     levels;mode;folder}
     * @param maxAge value of {@code session.gc_maxlifetime}; zero for any age
     */
    public PhpFiles(String savePath, Duration maxAge) {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("max age: " + maxAge + " (expected: >= 0s)");
        }
        this.folder = new PhpFolder(savePath);
        this.maxAge = maxAge;
    }

    private static ScheduledExecutorService executor(String name) {
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
        return new ScheduledThreadPoolExecutor(2, daemons);
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String id) {
        Optional<Path> path = folder.file(id);
        if (path.isEmpty()) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        CompletableFuture<Optional<byte[]>> found = new CompletableFuture<>();
        run(readers, 0, found, () -> read(path.get(), null, MAX_RETRIES, found));
        return found;
    }

    private void read(Path path, @Nullable PhpFile earlier, int tries, CompletableFuture<Optional<byte[]>> found)
            throws IOException {
        Optional<PhpFile> file = PhpFile.read(path, maxAge);
        if (file.isEmpty() || file.get().isConsistent(earlier)) {
            found.complete(file.map(PhpFile::bytes));
        } else if (tries > 0) {
            run(readers, RETRY_MILLIS, found, () -> read(path, file.get(), tries - 1, found));
        } else {
            run(
                    writers,
                    0,
                    found,
                    () -> found.complete(withLock(path, "-s", () -> PhpFile.read(path, maxAge))
                            .map(PhpFile::bytes)));
        }
    }

    @Override
    public CompletionStage<Boolean> update(String id, Change change) {
        Optional<Path> path = folder.file(id);
        if (path.isEmpty()) {
            return CompletableFuture.completedStage(false);
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        run(
                writers,
                0,
                done,
                () -> done.complete(withLock(path.get(), "-x", () -> write(path.get(), change))
                        .isPresent()));
        return done;
    }

    private Optional<PhpFile> write(Path path, Change change) throws IOException, SessionFormatException {
        Optional<PhpFile> file = PhpFile.read(path, maxAge);
        if (file.isPresent()) {
            byte[] changed = change.apply(file.get().bytes());
            if (!Arrays.equals(changed, file.get().bytes())) {
                file.get().write(path, changed);
            }
        }
        return file;
    }

    private static Optional<PhpFile> withLock(Path path, String mode, Callable<Optional<PhpFile>> work)
            throws Exception {
        Optional<PhpLock> lock = PhpLock.acquire(path, mode, LOCK_TIMEOUT);
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        try (PhpLock held = lock.get()) {
            return work.call();
        }
    }

    /** Task that completes a future, fails, or schedules another task for it. */
    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the result is reported through the given future
    private void run(ScheduledExecutorService where, long delay, CompletableFuture<?> result, Task task) {
        if (pending.add(result)) {
            result.whenComplete((value, failure) -> pending.remove(result));
            if (pending.size() > MAX_PENDING) {
                result.completeExceptionally(
                        new RejectedExecutionException(MAX_PENDING + " requests pending (expected: fewer)"));
                return;
            }
        }
        try {
            where.schedule(
                    () -> {
                        try {
                            task.run();
                        } catch (Throwable failure) {
                            result.completeExceptionally(failure);
                        }
                    },
                    delay,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new CancellationException("session store is closed"));
        }
    }

    @Override
    public void close() {
        readers.shutdownNow();
        writers.shutdownNow();
        pending.forEach(result -> result.completeExceptionally(new CancellationException("session store is closed")));
    }
}
