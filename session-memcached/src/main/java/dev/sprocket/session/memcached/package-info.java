/**
 * Sessions that a PHP site keeps in memcached.
 *
 * <p>Where to start reading: {@link dev.sprocket.session.memcached.MemcachedSessionStore}. Inside, {@code MemcachedConnection} is
 * the connection, {@code MemcachedLock} PHP's lock, {@code MemcachedValue} what flags say about a value.
 */
@NullMarked
package dev.sprocket.session.memcached;

import org.jspecify.annotations.NullMarked;
