package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.pubsub.TopicPatterns;
import java.nio.charset.StandardCharsets;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who may push by HTTP: a name, how requests prove that they are its own, which topics are its, how much it may
 * push.
 *
 * <pre>{@code
 * Backend.token("cms", "…").topics(TopicPatterns.of("blog.*", "news")).perSecond(100)
 * }</pre>
 */
@ThreadSafe
public final class Backend {
    private final String name;
    private final @Nullable SharedSecret token;
    private final @Nullable SecretKeySpec key;
    private final TopicPatterns topics;
    private final int perSecond;

    private Backend(
            String name,
            @Nullable SharedSecret token,
            @Nullable SecretKeySpec key,
            TopicPatterns topics,
            int perSecond) {
        this.name = name;
        this.token = token;
        this.key = key;
        this.topics = topics;
        this.perSecond = perSecond;
    }

    /**
     * One that sends {@code Authorization: Bearer} and this token (RFC 6750). Throws {@link IllegalArgumentException} if it is
     * empty, or holds what a header cannot.
     */
    public static Backend token(String name, String token) {
        if (token.chars().anyMatch(c -> c <= ' ' || c >= 0x7F)) {
            throw new IllegalArgumentException("token of " + name + " (expected: visible ASCII, RFC 6750 2.1)");
        }
        return new Backend(name, SharedSecret.of(token), null, TopicPatterns.ALL, 0);
    }

    /**
     * One that signs each request, so that the key never travels and what is sent cannot be changed or sent again:
     *
     * <pre>{@code
     * Sprocket-Signature: t=1700000000,v1=<hex>
     * }</pre>
     *
     * where {@code t} is the time in seconds since 1970, fractions allowed, and {@code v1} the HMAC-SHA256 of {@code t}, a
     * dot, the method, a blank, path and query as sent, a line feed, and the body. A signature counts once; who pushes the
     * same twice within a second needs fractions. Several {@code v1} are allowed, while keys change. Throws {@link
     * IllegalArgumentException} if the key is empty.
     */
    public static Backend signing(String name, String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("an empty key (expected: one that is hard to guess)");
        }
        return new Backend(
                name,
                null,
                new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"),
                TopicPatterns.ALL,
                0);
    }

    /** The same, for these topics only. */
    public Backend topics(TopicPatterns rules) {
        return new Backend(name, token, key, rules, perSecond);
    }

    /**
     * The same, with a limit: so many events a second, and after a second's silence as many at once. A batch may go into
     * debt, which is paid before the next request. Throws {@link IllegalArgumentException} unless it is at least 1.
     */
    public Backend perSecond(int events) {
        if (events < 1) {
            throw new IllegalArgumentException("perSecond: " + events + " (expected: >= 1)");
        }
        return new Backend(name, token, key, topics, events);
    }

    /** Its name, as logs show it. */
    public String name() {
        return name;
    }

    /** Its topics. */
    public TopicPatterns topics() {
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

    /** 0 for no limit. */
    int perSecond() {
        return perSecond;
    }

    /** Its name, and nothing of its secret. */
    @Override
    public String toString() {
        return "backend " + name;
    }
}
