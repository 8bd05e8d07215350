/**
 * Session store in Redis.
 *
 * <p>Start with {@link dev.sprocket.session.redis.RedisSessionStore}, with a builder for
 * each of PHP, Express and Spring. Internally, {@code RedisLayout} is how they store sessions, {@code RedisConnection}
 * the connection, and {@code RedisWatcher} receives notifications of ended sessions.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
