/** Plugin of this module, for configuration files; requires {@code sprocket-plugin}. */
@NullMarked
package dev.sprocket.session.jdbc.internal.plugin;

import org.jspecify.annotations.NullMarked;
