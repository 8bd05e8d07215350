/** Counters of calls. */
@NullMarked
package dev.sprocket.wamp.internal.metrics;

import org.jspecify.annotations.NullMarked;
