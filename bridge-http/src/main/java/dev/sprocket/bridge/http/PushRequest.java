package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.json.JsonCursor;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.pubsub.internal.push.PushHandler;
import dev.sprocket.pubsub.internal.push.TraceContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Push request; its methods throw {@link PushRejectedException} for invalid requests.
 *
 * @param topic topic in the path, if any
 */
@ThreadSafe
record PushRequest(HttpRequest request, Optional<String> topic) {
    private static final int MAX_KEY_LENGTH = 255;

    void requireJson() {
        String type = request.header("Content-Type").orElse("none");
        String bare = type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (!bare.equals("application/json") && !bare.endsWith("+json")) {
            throw new PushRejectedException(415, "content type " + type + " (expected: application/json)");
        }
    }

    Optional<String> idempotencyKey() {
        List<String> keys = request.headers("Idempotency-Key");
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        String key = keys.get(0);
        if (keys.size() > 1 || key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
            throw new PushRejectedException(
                    400, "Idempotency-Key (expected: one of 1-" + MAX_KEY_LENGTH + " characters)");
        }
        return Optional.of(key);
    }

    /** Returns a handler that adds the trace context of this request to its events. */
    PushHandler trace(PushHandler handler) {
        return TraceContext.of(request.headers("traceparent"))
                .map(context -> handler.transform(
                        push -> Optional.of(push.event(push.event().traceparent(context)))))
                .orElse(handler);
    }

    /** Returns a hash of the target and the body. */
    byte[] fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((request.target() + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(BorrowedMessages.bytes(request.body()).nioBuffer());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reports whether the body is an array; called after parsing. */
    boolean isBatch() {
        return topic.isEmpty() && new JsonCursor(BorrowedMessages.bytes(request.body())).peek() == '[';
    }
}
