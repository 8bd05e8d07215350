package dev.sprocket.core.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Failures that are no bug of this program: of networks, files, stores and other servers.
 *
 * <p>They are logged as a text. A stack trace would say nothing about them.
 */
@ThreadSafe
final class OutsideCause {
    private static final int MAX_DEPTH = 20;
    /** Types of libraries that are not on each class path. */
    private static final Set<String> TYPES = Set.of(
            "java.sql.SQLException",
            "javax.naming.NamingException",
            "io.lettuce.core.RedisException",
            "dev.sprocket.pubsub.EventLog$UnavailableException",
            "com.spotify.folsom.MemcacheClosedException",
            "com.spotify.folsom.MemcacheOverloadedException",
            "com.spotify.folsom.MemcacheStatusException");

    private OutsideCause() {}

    /** Describes the innermost cause of a failure from outside; null for any other failure. */
    static @Nullable String of(Throwable thrown) {
        boolean outside = false;
        Throwable root = thrown;
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < MAX_DEPTH; depth++) {
            root = next;
            outside |= isOutside(root);
            next = root.getCause();
        }
        return outside ? describe(root) : null;
    }

    private static boolean isOutside(Throwable thrown) {
        if (thrown instanceof IOException || thrown instanceof TimeoutException) {
            return true;
        }
        for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
            if (TYPES.contains(type.getName())) {
                return true;
            }
        }
        return false;
    }

    private static String describe(Throwable root) {
        String message = root.getMessage();
        String type = root.getClass().getSimpleName();
        return SafeText.excerpt(message == null || message.isBlank() ? type : type + ": " + message);
    }
}
