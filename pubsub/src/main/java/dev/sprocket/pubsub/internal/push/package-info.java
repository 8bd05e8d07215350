/** Checks and results of the pushes of all bridges. */
@NullMarked
package dev.sprocket.pubsub.internal.push;

import org.jspecify.annotations.NullMarked;
