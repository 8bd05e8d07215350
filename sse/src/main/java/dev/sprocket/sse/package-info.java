/**
 * Topics as Server-Sent Events.
 *
 * <p>{@link dev.sprocket.sse.SseSubscriber} lets pages subscribe to topics. It is used as the component of a route.
 */
@NullMarked
package dev.sprocket.sse;

import org.jspecify.annotations.NullMarked;
