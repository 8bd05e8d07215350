package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Sender of HTTP pushes: its name, credential, topics and rate limit.
 *
 * <pre>{@code
 * Backend.token("cms", "…").topics("blog.*", "news").eventsPerSecond(100);
 * }</pre>
 */
@ThreadSafe
public final class Backend {
    private final String name;
    private final @Nullable SharedSecret token;
    private final @Nullable SecretKeySpec key;
    private final TopicPatterns topics;
    private final int eventsPerSecond;

    private Backend(
            String name,
            @Nullable SharedSecret token,
            @Nullable SecretKeySpec key,
            TopicPatterns topics,
            int eventsPerSecond) {
        this.name = name;
        this.token = token;
        this.key = key;
        this.topics = topics;
        this.eventsPerSecond = eventsPerSecond;
    }

    /**
     * Returns a backend that authenticates with {@code Authorization: Bearer} (RFC 6750).
     *
     * @throws IllegalArgumentException if the token is empty or not visible ASCII
     */
    public static Backend token(String name, String token) {
        if (token.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new IllegalArgumentException("token of " + name + " (expected: visible ASCII, RFC 6750 2.1)");
        }
        return new Backend(name, SharedSecret.of(token), null, TopicPatterns.ALL, 0);
    }

    /**
     * Returns a backend that signs each request, which prevents changes and replays.
     *
     * <p>The key is never sent. The header is:
     *
     * <pre>
     * Sprocket-Signature: t=1700000000,v1=&lt;hex&gt;
     * </pre>
     * where {@code t} is the time in seconds since 1970, with optional fractions, and {@code v1} the HMAC-SHA256 of
     * {@code t}, a dot, the method, a space, path and query as sent, a line feed, and the body. A signature is valid
     * once; equal pushes within a second need fractions. Several {@code v1} are allowed during key rotation.
     *
     * @throws IllegalArgumentException if the key is empty
     */
    public static Backend signing(String name, String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("empty key (expected: a key that is hard to guess)");
        }
        return new Backend(
                name,
                null,
                new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"),
                TopicPatterns.ALL,
                0);
    }

    /**
     * Returns a copy that is restricted to topics.
     *
     * @param allowed names, or prefixes followed by {@code *}
     */
    public Backend topics(String... allowed) {
        return topics(List.of(allowed));
    }

    /**
     * Returns a copy that is restricted to the topics of a collection.
     *
     * @param allowed names, or prefixes followed by {@code *}
     */
    public Backend topics(Collection<String> allowed) {
        return new Backend(name, token, key, TopicPatterns.of(allowed), eventsPerSecond);
    }

    /**
     * Returns a copy with a rate limit, a token bucket of one second.
     *
     * <p>A batch may exceed the available tokens; later requests wait until the debt is paid.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Backend eventsPerSecond(int events) {
        if (events < 1) {
            throw new IllegalArgumentException("eventsPerSecond: " + events + " (expected: >= 1)");
        }
        return new Backend(name, token, key, topics, events);
    }

    /** Returns the name in logs. */
    public String name() {
        return name;
    }

    /** Returns the topics that it may push to. */
    TopicPatterns allowedTopics() {
        return topics;
    }

    @Nullable
    SharedSecret token() {
        return token;
    }

    @Nullable
    SecretKeySpec key() {
        return key;
    }

    /** Returns the maximum rate; 0 means unlimited. */
    int eventsPerSecond() {
        return eventsPerSecond;
    }

    /** Returns the name, without the credential. */
    @Override
    public String toString() {
        return "backend " + name;
    }
}
