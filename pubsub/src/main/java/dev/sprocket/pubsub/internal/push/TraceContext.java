package dev.sprocket.pubsub.internal.push;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Trace context of a request (W3C Trace Context, section 3.2). */
public final class TraceContext {
    /** Longest value of a later version that is carried, in characters. */
    private static final int MAX_LENGTH = 255;

    /** Version, trace id, parent id and flags; later versions may append more. */
    private static final Pattern TRACEPARENT = Pattern.compile(
            "(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})" + "[0-9a-f]{16}-[0-9a-f]{2}(-[\\x21-\\x7E]*)?");

    private TraceContext() {}

    /**
     * Returns the value of the header {@code traceparent}.
     *
     * @param values values of all headers of this name
     * @return empty without one well-formed value; a request with a malformed one is valid
     */
    public static Optional<String> of(List<String> values) {
        return values.size() == 1 && isWellFormed(values.get(0)) ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static boolean isWellFormed(String value) {
        if (value.length() > MAX_LENGTH) {
            return false;
        }
        var matcher = TRACEPARENT.matcher(value);
        return matcher.matches()
                && (matcher.group(2) == null || !matcher.group(1).equals("00"));
    }
}
