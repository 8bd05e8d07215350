package dev.sprocket.http.files;

import dev.sprocket.http.HttpRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Relative file name in a request, validated so that each file has exactly one spelling. */
final class SafeFileName {
    /** Windows device names; any extension is ignored. */
    private static final Pattern DEVICE =
            Pattern.compile("(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\\$|conout\\$)(\\..*)?");

    private SafeFileName() {}

    /** Returns the file name in a route's <code>{path*}</code>; empty if it is not allowed. */
    static Optional<String> of(HttpRequest request) {
        String path = request.pathParameter("path").orElse("");
        String name = path.isEmpty() || path.endsWith("/") ? path + "index.html" : path;
        for (String segment : name.split("/", -1)) {
            if (!isSafe(segment)) {
                return Optional.empty();
            }
        }
        return Optional.of(name);
    }

    /**
     * Reports whether a segment is allowed.
     *
     * <p>A leading dot marks hidden files and parent folders. Windows removes a trailing dot or space.
     */
    private static boolean isSafe(String segment) {
        return !segment.isEmpty()
                && segment.length() <= 255
                && (!segment.startsWith(".") || segment.equals(".well-known"))
                && !segment.endsWith(".")
                && !segment.endsWith(" ")
                && segment.chars().allMatch(c -> c > ' ' - 1 && c != 0x7F && "\\:*?\"<>|".indexOf(c) < 0)
                && !DEVICE.matcher(segment.toLowerCase(Locale.ROOT)).matches();
    }
}
