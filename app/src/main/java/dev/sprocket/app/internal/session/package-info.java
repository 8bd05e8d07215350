/** Configurable sessions and session services. */
@NullMarked
package dev.sprocket.app.internal.session;

import org.jspecify.annotations.NullMarked;
