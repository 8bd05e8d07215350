package dev.sprocket.session.redis;

import dev.sprocket.session.internal.store.CompareAndSet;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Session in a Redis string. */
final class RedisString extends RedisLayout {
    /** Script that writes a session if it is unchanged, without KEEPTTL (Redis 6.0 and later). */
    private static final String SET =
            """
            local now = redis.call('GET', KEYS[1])
            if not now then return 0 end
            if now ~= ARGV[1] then return -1 end
            local ttl = redis.call('PTTL', KEYS[1])
            redis.call('SET', KEYS[1], ARGV[2])
            if ttl > 0 then redis.call('PEXPIRE', KEYS[1], ttl) end
            return 1
            """;

    private final String prefix;

    RedisString(String prefix) {
        this.prefix = prefix;
    }

    @Override
    CompletionStage<Optional<CompareAndSet>> load(RedisAsyncCommands<String, byte[]> redis, String id) {
        String key = prefix + id;
        return redis.get(key).thenApply(stored -> Optional.ofNullable(stored).map(value -> new CompareAndSet() {
            @Override
            public byte[] stored() {
                return value;
            }

            @Override
            public CompletionStage<Outcome> set(byte[] changed) {
                return redis.<Long>eval(SET, ScriptOutputType.INTEGER, new String[] {key}, value, changed)
                        .thenApply(RedisHash::outcome);
            }
        }));
    }

    @Override
    Optional<String> idOf(String key) {
        return key.startsWith(prefix) ? Optional.of(key.substring(prefix.length())) : Optional.empty();
    }
}
