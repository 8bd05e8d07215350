/** Engine on Redis 6.2 or newer, a single server or with Sentinel. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
