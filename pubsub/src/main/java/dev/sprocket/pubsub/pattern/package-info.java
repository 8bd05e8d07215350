/** Match policies of topic names and patterns. */
@NullMarked
package dev.sprocket.pubsub.pattern;

import org.jspecify.annotations.NullMarked;
