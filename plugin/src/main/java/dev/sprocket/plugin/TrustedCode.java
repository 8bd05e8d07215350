package dev.sprocket.plugin;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses jars that another user could have put there or could replace: whoever checks a configuration would run their
 * code. The jar, its folder and the folders above must belong to the user of this process or to root, and must not be
 * writable by everybody; folders above may be if only owners can remove files from them (sticky bit).
 *
 * <p>Where files have no owners as POSIX knows them nothing is refused.
 */
@ThreadSafe
public final class TrustedCode {
    private static final int WORLD_WRITABLE = 0002;
    private static final int STICKY = 01000;

    private TrustedCode() {}

    /**
     * Checks a jar before it is loaded.
     *
     * @throws IllegalArgumentException that names what is wrong, and what to do
     * @throws IOException if a file cannot be looked at
     */
    public static void check(Path jar) throws IOException {
        if (!jar.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        List<Path> all = new ArrayList<>();
        // a link is followed: what it leads to is loaded, and whoever owns its folder can change where it leads
        collect(jar.toAbsolutePath().normalize(), all);
        collect(jar.toRealPath(), all);
        int self = self();
        for (int i = 0; i < all.size(); i++) {
            Path path = all.get(i);
            boolean above = !path.equals(jar.toAbsolutePath().normalize())
                    && !path.equals(jar.toRealPath())
                    && !path.equals(jar.toAbsolutePath().normalize().getParent())
                    && !path.equals(jar.toRealPath().getParent());
            check(path, above, self);
        }
    }

    private static void collect(Path file, List<Path> all) {
        for (Path path = file; path != null; path = path.getParent()) {
            if (!all.contains(path)) {
                all.add(path);
            }
        }
    }

    private static void check(Path path, boolean above, int self) throws IOException {
        int owner = (Integer) Files.getAttribute(path, "unix:uid");
        if (owner != 0 && self >= 0 && owner != self) {
            throw new IllegalArgumentException(path + ": belongs to user " + Files.getOwner(path)
                    + " (expected: the user that runs Sprocket, or root; chown it)");
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        if ((mode & WORLD_WRITABLE) != 0 && !(above && (mode & STICKY) != 0)) {
            throw new IllegalArgumentException(
                    path + ": anybody may write there (expected: writable by its owner; chmod o-w)");
        }
    }

    /** The user of this process; -1 if the system does not say. */
    private static int self() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return -1;
        }
    }
}
