package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpRequest;
import java.util.Optional;

/** Where a client stands: which connection, and the number of the last message that it has. */
@ThreadSafe
record CometPosition(String id, long after) {
    /** A browser that connects again says it in a header, and asks for the same target as before. */
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

    /** What is no number is below zero, and so never within reach. */
    static long number(String digits) {
        return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : -1;
    }
}
