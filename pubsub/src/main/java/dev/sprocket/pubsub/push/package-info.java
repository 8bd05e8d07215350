/** Component that publishes the pushes of backends. */
@CheckReturnValue
@NullMarked
package dev.sprocket.pubsub.push;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
