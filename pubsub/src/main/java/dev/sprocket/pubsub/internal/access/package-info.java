/** Decisions that follow later, and checks of open subscriptions. */
@NullMarked
package dev.sprocket.pubsub.internal.access;

import org.jspecify.annotations.NullMarked;
