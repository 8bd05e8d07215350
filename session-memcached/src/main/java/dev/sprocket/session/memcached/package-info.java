/**
 * Session store for PHP sessions in memcached.
 *
 * <p>Start with {@link dev.sprocket.session.memcached.MemcachedSessionStore}. Internally, {@code MemcachedConnection}
 * is the connection, {@code MemcachedLock} is PHP's lock and {@code MemcachedValue} decodes values by their flags.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.memcached;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
