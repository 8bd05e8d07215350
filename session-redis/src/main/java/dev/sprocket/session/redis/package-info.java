/**
 * Sessions that a site keeps in Redis.
 *
 * <p>Where to start reading: {@link dev.sprocket.session.redis.RedisSessionStore} is the store, {@link
 * dev.sprocket.session.redis.RedisLayout} how PHP, Express and Spring lay them down. Inside, {@code RedisConnection} is the
 * connection, {@code RedisWatcher} hears that sessions end.
 */
@NullMarked
package dev.sprocket.session.redis;

import org.jspecify.annotations.NullMarked;
