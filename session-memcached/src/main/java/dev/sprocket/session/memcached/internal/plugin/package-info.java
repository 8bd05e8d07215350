/** Plugin of this module, for configuration files; requires {@code sprocket-plugin}. */
@NullMarked
package dev.sprocket.session.memcached.internal.plugin;

import org.jspecify.annotations.NullMarked;
