/** Limits of buffered data, and counters of dropped messages. */
@NullMarked
package dev.sprocket.core.flow;

import org.jspecify.annotations.NullMarked;
