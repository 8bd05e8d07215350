/**
 * Topics as Server-Sent Events: {@link dev.sprocket.sse.SseSubscriber} is the component, to be put on a route.
 */
@NullMarked
package dev.sprocket.sse;

import org.jspecify.annotations.NullMarked;
