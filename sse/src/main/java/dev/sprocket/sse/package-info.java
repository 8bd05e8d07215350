/**
 * Topics as Server-Sent Events.
 *
 * <p>{@link dev.sprocket.sse.SseSubscriber} lets pages subscribe to topics. It is used as the component of a route.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.sse;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
