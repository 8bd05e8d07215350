/** Configurable layers and components of core and HTTP. */
@NullMarked
package dev.sprocket.app.internal.layer;

import org.jspecify.annotations.NullMarked;
