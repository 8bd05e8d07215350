package dev.sprocket.bench;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux and the JVM tell of a process. */
@ThreadSafe
record Proc(long pid) {
    /** Of a tick, in which Linux tells processor time to programs: always this, whatever the kernel's own clock does. */
    private static final double SECONDS = 0.01;

    /** User and system time together. */
    double cpuSeconds() {
        String stat = read("stat");
        // the name, in brackets, may hold blanks
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * SECONDS;
    }

    long residentBytes() {
        String line = read("status")
                .lines()
                .filter(l -> l.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended"));
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }

    /** What is alive on the heap of a JVM, after a collection that this brings about. */
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
                    .orElseThrow(() -> new IllegalStateException("jcmd says: " + out.strip()));
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
