package dev.sprocket.bridge.http;

import dev.sprocket.core.spi.Borrowed;
import dev.sprocket.core.spi.JsonCursor;
import dev.sprocket.core.spi.JsonException;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.pubsub.Push;
import dev.sprocket.pubsub.Topics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a request wants to have published; what is wrong with it is {@link Refused}. Threads: any.
 *
 * @param topic the one in the path, if there is one
 */
record PushRequest(HttpRequest request, Optional<String> topic) {
    private static final int LONGEST_KEY = 255;

    void requireJson() {
        String type = request.header("Content-Type").orElse("none");
        String bare = type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (!bare.equals("application/json") && !bare.endsWith("+json")) {
            throw new Refused(415, "content type " + type + " (expected: application/json)");
        }
    }

    Optional<String> idempotencyKey() {
        List<String> keys = request.headers("Idempotency-Key");
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        String key = keys.get(0);
        if (keys.size() > 1 || key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new Refused(400, "Idempotency-Key (expected: one of 1-" + LONGEST_KEY + " characters)");
        }
        return Optional.of(key);
    }

    /** Tells it from other requests. */
    byte[] print() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((request.target() + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(Borrowed.bytes(request.body()).nioBuffer());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Push> pushes(Optional<String> topicField) {
        try {
            if (topic.isEmpty()) {
                return Push.read(Borrowed.bytes(request.body()), topicField);
            }
            String id = topic.get();
            if (id.isEmpty() || id.length() > Topics.LONGEST_ID) {
                throw new Refused(
                        400, "topic of " + id.length() + " characters (expected: 1-" + Topics.LONGEST_ID + ")");
            }
            return List.of(new Push(id, Push.event(Borrowed.bytes(request.body()))));
        } catch (JsonException e) {
            throw new Refused(400, String.valueOf(e.getMessage()));
        }
    }

    /** Whether it is an array; asked when it was read. */
    boolean isBatch() {
        return topic.isEmpty() && new JsonCursor(Borrowed.bytes(request.body())).peek() == '[';
    }
}
