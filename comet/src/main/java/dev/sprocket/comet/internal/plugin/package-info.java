/** Plugin of this module, for configuration files; requires {@code sprocket-plugin}. */
@NullMarked
package dev.sprocket.comet.internal.plugin;

import org.jspecify.annotations.NullMarked;
