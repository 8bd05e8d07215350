package dev.sprocket.core.internal.log;

import dev.sprocket.core.internal.text.SafeText;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Copy of an exception with a message that is not safe to log.
 *
 * <p>It has the stack trace of the original and copies of its causes. The class of the original is part of the message.
 */
final class SafeThrowable extends Exception {
    /** Maximum length of a message in characters. */
    private static final int MAX_LENGTH = 1000;

    private static final long serialVersionUID = 1;

    private SafeThrowable(Throwable original) {
        super(SafeText.excerpt(original.toString(), MAX_LENGTH));
        setStackTrace(original.getStackTrace());
    }

    /** Returns the exception itself if all of its messages are safe; otherwise a copy. */
    static Throwable of(Throwable thrown) {
        return isSafe(thrown, seen()) ? thrown : copy(thrown, seen());
    }

    private static Set<Throwable> seen() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static boolean isSafe(Throwable thrown, Set<Throwable> seen) {
        if (!seen.add(thrown)) {
            return true;
        }
        String text = thrown.toString();
        Throwable cause = thrown.getCause();
        if (!SafeText.excerpt(text, MAX_LENGTH).equals(text) || cause != null && !isSafe(cause, seen)) {
            return false;
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!isSafe(suppressed, seen)) {
                return false;
            }
        }
        return true;
    }

    private static Throwable copy(Throwable thrown, Set<Throwable> seen) {
        SafeThrowable copy = new SafeThrowable(thrown);
        if (seen.add(thrown)) {
            if (thrown.getCause() != null) {
                copy.initCause(copy(thrown.getCause(), seen));
            }
            for (Throwable suppressed : thrown.getSuppressed()) {
                copy.addSuppressed(copy(suppressed, seen));
            }
        }
        return copy;
    }
}
