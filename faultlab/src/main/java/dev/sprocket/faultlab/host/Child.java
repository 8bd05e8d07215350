package dev.sprocket.faultlab.host;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Process in its own session, which ends with the lab, also if that is killed.
 *
 * <p>In its parent's session, the kernel would continue a stopped process whose group has lost its parent.
 */
public final class Child implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 10;

    /** Starts all processes: the kernel kills a child when its starting thread ends. */
    private static final Executor STARTER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "faultlab-starter");
        thread.setDaemon(true);
        return thread;
    });

    private final String name;
    private final Process process;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a process.
     *
     * @param log file to which its output is appended
     */
    public static Child start(String name, Path log, Map<String, String> environment, List<String> command) {
        List<String> line = new ArrayList<>(List.of("setsid", "setpriv", "--pdeathsig", "KILL", "--"));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return builder.start();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        STARTER)
                .join();
        return new Child(name, process);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal: KILL, STOP, CONT, TERM. */
    public void signal(String signal) {
        Programs.run("kill", "-" + signal, Long.toString(pid()));
    }

    /** Waits for the end. */
    public void await() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " does not end");
        }
    }

    /** Kills the process, and waits for its end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        await();
    }

    /** Returns the number of open descriptors. */
    public int descriptors() {
        String[] open = new File("/proc/" + pid() + "/fd").list();
        return open == null ? 0 : open.length;
    }

    /** Returns the resident memory in KiB. */
    public long residentKib() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            return 0; // it has ended
        }
        return 0;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " (pid " + pid() + ")";
    }
}
