/** Plugin of this module, for configuration files; requires {@code sprocket-plugin}. */
@NullMarked
package dev.sprocket.bridge.http.internal.plugin;

import org.jspecify.annotations.NullMarked;
