package dev.sprocket.checks.server;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Control group of Linux with a memory limit.
 *
 * <p>It is created below the group of this process, which needs root or a delegated group. Version 2 of control groups
 * allows it only below a group that gives its children the memory controller.
 */
final class MemoryGroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path folder;
    private final boolean first;

    private MemoryGroup(Path folder, boolean first) {
        this.folder = folder;
        this.first = first;
    }

    /** Creates a group. Skips the test if that is not possible, or fails it with {@code -Dmissing=fail}. */
    static MemoryGroup of(long limit) throws IOException {
        String name = "sprocket-test-" + ProcessHandle.current().pid();
        try {
            Optional<Path> parent = own("memory");
            if (parent.isPresent()) {
                MemoryGroup group =
                        new MemoryGroup(Files.createDirectory(parent.get().resolve(name)), true);
                Files.writeString(group.folder.resolve("memory.limit_in_bytes"), "" + limit);
                return group;
            }
            for (Path at = own("").orElse(ROOT); at.startsWith(ROOT); at = at.getParent()) {
                Path children = at.resolve("cgroup.subtree_control");
                if (Files.isWritable(children) && Files.readString(children).contains("memory")) {
                    MemoryGroup group = new MemoryGroup(Files.createDirectory(at.resolve(name)), false);
                    Files.writeString(group.folder.resolve("memory.max"), "" + limit);
                    return group;
                }
            }
        } catch (IOException refused) {
            RequiredPrograms.skip("writable cgroup of memory (" + refused + ")");
        }
        RequiredPrograms.skip("writable cgroup of memory");
        throw new AssertionError();
    }

    /** Returns the group of this process with a controller, which is empty for version 2. */
    private static Optional<Path> own(String controller) throws IOException {
        return lines(Path.of("/proc/self/cgroup")).stream()
                .map(line -> line.split(":", 3))
                .filter(parts -> Arrays.asList(parts[1].split(",")).contains(controller))
                .map(parts -> ROOT.resolve(controller).resolve(parts[2].substring(1)))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** Returns a command of the shell that moves the shell into the group. */
    String enter() {
        return "echo $$ > '" + folder.resolve("cgroup.procs") + "' && ";
    }

    /** Returns the number of processes that the kernel killed at the limit. */
    long kills() throws IOException {
        return lines(folder.resolve(first ? "memory.oom_control" : "memory.events")).stream()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                .findFirst()
                .orElseThrow();
    }

    /** Removes the group, after its last process has ended. */
    @Override
    public void close() throws IOException, InterruptedException {
        while (!lines(folder.resolve("cgroup.procs")).isEmpty()) {
            SpinWait.once();
        }
        Files.delete(folder);
    }
}
