/** Pushes of backends: requests, their checks and their results. */
@NullMarked
package dev.sprocket.pubsub.push;

import org.jspecify.annotations.NullMarked;
