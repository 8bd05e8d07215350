/** Access policies of topics and procedures, for the peers of all protocols. */
@NullMarked
@CheckReturnValue
package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
