/** Plugin of this module, for configuration files; requires {@code sprocket-plugin}. */
@NullMarked
package dev.sprocket.session.redis.internal.plugin;

import org.jspecify.annotations.NullMarked;
