/** Periodic tasks of event loops. */
@NullMarked
package dev.sprocket.core.internal.timer;

import org.jspecify.annotations.NullMarked;
