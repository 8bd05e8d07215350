/** Configurable sessions and session services. */
@NullMarked
package dev.sprocket.config.internal.session;

import org.jspecify.annotations.NullMarked;
