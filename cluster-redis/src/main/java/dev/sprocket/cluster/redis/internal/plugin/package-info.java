/** Plugin of this module, for configuration files; requires {@code sprocket-plugin}. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.redis.internal.plugin;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
