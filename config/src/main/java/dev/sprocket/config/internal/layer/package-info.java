/** Configurable layers and components of core and HTTP. */
@NullMarked
package dev.sprocket.config.internal.layer;

import org.jspecify.annotations.NullMarked;
