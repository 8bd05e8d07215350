/** Match policies of topic names and patterns. */
@CheckReturnValue
@NullMarked
package dev.sprocket.pubsub.pattern;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
