package dev.sprocket.session.redis;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.session.internal.store.CompareAndSet;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Layout of sessions in Redis, by framework. */
@Immutable
public abstract class RedisLayout {
    RedisLayout() {}

    /** Returns the layout of php-redis: a string at {@code PHPREDIS_SESSION:<id>}. */
    public static RedisLayout php() {
        return string("PHPREDIS_SESSION:");
    }

    /** Returns the layout of connect-redis for Express: JSON at {@code sess:<id>}. */
    public static RedisLayout express() {
        return string("sess:");
    }

    /** Returns a layout with a string at the prefix plus the id. */
    public static RedisLayout string(String prefix) {
        return new RedisString(prefix);
    }

    /** Returns the layout of Spring Session: a hash at {@code spring:session:sessions:<id>}. */
    public static RedisLayout spring() {
        return spring("spring:session");
    }

    /**
     * Returns the layout of Spring Session with another namespace.
     *
     * @param namespace replaces {@code spring:session}
     */
    public static RedisLayout spring(String namespace) {
        return new RedisHash(namespace);
    }

    abstract CompletionStage<Optional<CompareAndSet>> load(RedisAsyncCommands<String, byte[]> redis, String id);

    /** Returns the id of the session that a key belongs to. */
    abstract Optional<String> idOf(String key);
}
