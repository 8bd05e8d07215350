package dev.sprocket.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The name of a file as a request spells it: relative, by slashes, and one spelling for each file. */
final class SafeFileName {
    /** What Windows takes for a device, whatever follows the first dot. */
    private static final Pattern DEVICE =
            Pattern.compile("(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\\$|conout\\$)(\\..*)?");

    private SafeFileName() {}

    /** The name that a route's <code>{path*}</code> means; empty if no file may be called so. */
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

    /** Hidden files, and the ways up, begin with a dot; Windows cuts off a dot or a space at the end. */
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
