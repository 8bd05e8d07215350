package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.rate.TokenBucket;
import dev.sprocket.core.internal.transport.PipelineContext;
import java.util.HashMap;
import java.util.Map;

/**
 * Publishes of one connection, counted for each rule with a rate.
 *
 * <p>Full buckets of other rules are forgotten, so the memory is bounded by the rules used within their periods.
 */
@ThreadSafe
final class PublishRates {
    private static final AttributeKey<PublishRates> KEY =
            AttributeKey.of("publish rates", "was PublishRates.count called?");
    private static final int MAX_FULL = 8;

    private record Key(String pattern, AccessRule.Rate rate) {}

    private final Map<Key, TokenBucket> buckets = new HashMap<>();

    private PublishRates() {}

    /** Counts a publish towards the rate of its rule, and limits it beyond. */
    static AccessDecision count(AccessRequest request, PolicyRule rule) {
        AccessRule.Rate rate = rule.rate();
        if (rate == null) {
            return AccessDecision.ALLOW;
        }
        Connection conn = request.meter();
        return of(conn).take(new Key(rule.pattern().toString(), rate), now(conn))
                ? AccessDecision.ALLOW
                : AccessDecision.limit("rate limit exceeded: " + rate);
    }

    private static PublishRates of(Connection conn) {
        return KEY.find(conn).orElseGet(() -> create(conn));
    }

    private static PublishRates create(Connection conn) {
        synchronized (conn.attributes()) {
            return KEY.find(conn).orElseGet(() -> {
                PublishRates created = new PublishRates();
                KEY.set(conn, created);
                return created;
            });
        }
    }

    private synchronized boolean take(Key key, long now) {
        TokenBucket bucket = buckets.get(key);
        if (bucket == null) {
            if (buckets.size() >= MAX_FULL) {
                buckets.values().removeIf(other -> other.isFull(now));
            }
            bucket = new TokenBucket(key.rate().events(), key.rate().period(), now);
            buckets.put(key, bucket);
        }
        bucket.refill(now);
        if (!bucket.has(1)) {
            return false;
        }
        bucket.take(1);
        return true;
    }

    private static long now(Connection conn) {
        return PipelineContext.find(conn)
                .map(context -> context.loop().ticker().nanoTime())
                .orElseGet(System::nanoTime);
    }
}
