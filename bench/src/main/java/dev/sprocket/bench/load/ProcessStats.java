package dev.sprocket.bench.load;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time and memory of a process, from Linux and the JVM. */
@ThreadSafe
record ProcessStats(long pid) {
    /** Length of a tick in seconds. Linux always reports processor time to programs in this unit. */
    private static final double SECONDS = 0.01;

    /**
     * Processor time.
     *
     * @param user seconds outside of the kernel; the kernel samples this part, so it needs several seconds
     * @param total seconds in total
     */
    record Cpu(double user, double total) {
        static final Cpu ZERO = new Cpu(0, 0);

        Cpu plus(Cpu other) {
            return new Cpu(user + other.user, total + other.total);
        }

        Cpu minus(Cpu other) {
            return new Cpu(user - other.user, total - other.total);
        }
    }

    Cpu cpu() {
        String stat = read("stat");
        // the name, in parentheses, may contain spaces
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double user = Long.parseLong(fields[11]) * SECONDS;
        return new Cpu(user, user + Long.parseLong(fields[12]) * SECONDS);
    }

    long residentBytes() {
        String line = read("status")
                .lines()
                .filter(l -> l.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended"));
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }

    /** Triggers a garbage collection and returns the size of live objects on the heap. */
    long liveHeapBytes() throws InterruptedException {
        try {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            Process process = new ProcessBuilder(jcmd.toString(), "" + pid, "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String total = out.lines()
                    .filter(l -> l.startsWith("Total"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("unexpected output of jcmd: " + out.strip()));
            process.waitFor();
            return Long.parseLong(total.trim().split("\\s+")[2]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", "" + pid, file));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " has ended", e);
        }
    }
}
