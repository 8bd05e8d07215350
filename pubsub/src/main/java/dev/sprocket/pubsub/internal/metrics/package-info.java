/** Counters of topics and pushes. */
@NullMarked
package dev.sprocket.pubsub.internal.metrics;

import org.jspecify.annotations.NullMarked;
