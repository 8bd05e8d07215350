package dev.sprocket.session.redis;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.session.spi.CompareAndSet;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** How a site lays a session down in Redis. */
@Immutable
public abstract class RedisLayout {
    RedisLayout() {}

    /** As php-redis does: a string at {@code PHPREDIS_SESSION:<id>}. */
    public static RedisLayout php() {
        return string("PHPREDIS_SESSION:");
    }

    /** As connect-redis does, for Express: a string at {@code sess:<id>}, of JSON. */
    public static RedisLayout express() {
        return string("sess:");
    }

    /** A string at this prefix and the id. */
    public static RedisLayout string(String prefix) {
        return new RedisString(prefix);
    }

    /** As Spring Session does: a hash at {@code spring:session:sessions:<id>}. */
    public static RedisLayout spring() {
        return spring("spring:session");
    }

    /** As above, in a namespace of its own. */
    public static RedisLayout spring(String namespace) {
        return new RedisHash(namespace);
    }

    abstract CompletionStage<Optional<CompareAndSet>> load(RedisAsyncCommands<String, byte[]> redis, String id);

    /** The id of the session that is gone with a key. */
    abstract Optional<String> idOf(String key);
}
