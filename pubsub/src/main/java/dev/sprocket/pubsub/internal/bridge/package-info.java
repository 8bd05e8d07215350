/** Parts that the bridges have in common: listening socket and limit of pending bytes. */
@NullMarked
package dev.sprocket.pubsub.internal.bridge;

import org.jspecify.annotations.NullMarked;
