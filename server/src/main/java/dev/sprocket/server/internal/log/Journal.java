package dev.sprocket.server.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Detects whether an output of this process is read by systemd's journal.
 *
 * <p>The journal reads the priority of a line from its beginning, such as {@code <4>} ({@code sd-daemon(3)}).
 */
@ThreadSafe
final class Journal {
    private Journal() {}

    /**
     * Reports whether the journal reads a descriptor.
     *
     * @param stream value of {@code JOURNAL_STREAM}: device and inode (systemd.exec(5)); null without a journal
     * @param descriptor file of the descriptor, such as {@code /proc/self/fd/2}
     */
    static boolean reads(@Nullable String stream, Path descriptor) {
        if (stream == null || !stream.matches("\\d+:\\d+")) {
            return false;
        }
        try {
            return stream.equals(
                    Files.getAttribute(descriptor, "unix:dev") + ":" + Files.getAttribute(descriptor, "unix:ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
