/** Logger with limits for events that peers repeat. */
@NullMarked
package dev.sprocket.core.internal.log;

import org.jspecify.annotations.NullMarked;
