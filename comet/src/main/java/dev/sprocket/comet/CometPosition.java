package dev.sprocket.comet;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpRequest;
import java.util.Optional;

/** Position of a client: connection id, and number of the last received message. */
@ThreadSafe
record CometPosition(String id, long after) {
    /** Returns the position in a request. Browsers that reconnect send it as a header, with the original target. */
    static Optional<CometPosition> of(HttpRequest request) {
        Optional<String> header = request.header("Last-Event-ID").filter(id -> !id.isEmpty());
        if (header.isPresent()) {
            String[] parts = header.get().split("\\.", 2);
            return Optional.of(new CometPosition(parts[0], parts.length < 2 ? -1 : number(parts[1])));
        }
        return request.queryParameter("id")
                .map(id -> new CometPosition(
                        id, number(request.queryParameter("after").orElse("0"))));
    }

    /** Parses a number. Returns −1 for other text, which is never a valid position. */
    static long number(String digits) {
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
    }
}
