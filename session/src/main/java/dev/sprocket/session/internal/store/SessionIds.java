package dev.sprocket.session.internal.store;

import com.google.errorprone.annotations.ThreadSafe;

/** Syntax check of session ids. */
@ThreadSafe
public final class SessionIds {
    /** Maximum length of an id: 256 characters. */
    public static final int MAX_LENGTH = 256;

    private SessionIds() {}

    /**
     * Reports whether a site could have generated the id.
     *
     * <p>PHP, Spring, Symfony, Laravel and Express use up to 256 letters, digits and {@code , . - _}. None of these
     * characters has a special meaning in a store.
     */
    public static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || ",.-_".indexOf(c) >= 0;
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
