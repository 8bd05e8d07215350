package dev.sprocket.session.redis;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.session.internal.store.CompareAndSet;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Layout of sessions in Redis, by framework. */
@Immutable
abstract class RedisLayout {
    abstract CompletionStage<Optional<CompareAndSet>> load(RedisAsyncCommands<String, byte[]> redis, String id);

    /** Returns the id of the session that a key belongs to. */
    abstract Optional<String> idOf(String key);
}
