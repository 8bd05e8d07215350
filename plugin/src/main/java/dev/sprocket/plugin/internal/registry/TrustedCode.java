package dev.sprocket.plugin.internal.registry;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rejects jars that another user could have created or could replace.
 *
 * <p>Otherwise, checking a configuration could run code of another user. The jar, its directory and all parent
 * directories must belong to the user of this process or to root and must not be world-writable; parent directories may
 * be world-writable with the sticky bit. On file systems without POSIX owners, every jar is accepted.
 */
@ThreadSafe
public final class TrustedCode {
    private static final int WORLD_WRITABLE = 0002;
    private static final int STICKY = 01000;

    private TrustedCode() {}

    /**
     * Checks a jar before it is loaded.
     *
     * @throws IllegalArgumentException if the jar is not trusted; the message names the file and the fix
     * @throws IOException if the attributes of a file cannot be read
     */
    public static void check(Path jar) throws IOException {
        if (!jar.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        List<Path> all = new ArrayList<>();
        // a link is checked at both ends: its target is loaded, and the owner of its directory can change the link
        collect(jar.toAbsolutePath().normalize(), all);
        collect(jar.toRealPath(), all);
        int self = currentUser();
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
            throw new IllegalArgumentException(path + ": owned by user " + Files.getOwner(path)
                    + " (expected: the user that runs Sprocket, or root; use chown)");
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode");
        if ((mode & WORLD_WRITABLE) != 0 && !(above && (mode & STICKY) != 0)) {
            throw new IllegalArgumentException(
                    path + ": world-writable (expected: writable by its owner only; use chmod o-w)");
        }
    }

    /** Returns the user id of this process; -1 if unknown. */
    private static int currentUser() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return -1;
        }
    }
}
