/**
 * Session store in Redis.
 *
 * <p>Start with {@link dev.sprocket.session.redis.RedisSessionStore}, the store, and {@link
 * dev.sprocket.session.redis.RedisLayout}, the layouts of PHP, Express and Spring. Internally, {@code
 * RedisConnection} is the connection and {@code RedisWatcher} receives notifications of ended sessions.
 */
@NullMarked
package dev.sprocket.session.redis;

import org.jspecify.annotations.NullMarked;
