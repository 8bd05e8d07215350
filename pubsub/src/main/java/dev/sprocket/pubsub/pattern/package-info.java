/** Patterns of topic names, for subscriptions and permissions. */
@NullMarked
package dev.sprocket.pubsub.pattern;

import org.jspecify.annotations.NullMarked;
