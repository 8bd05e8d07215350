/** Counters of WebSockets. */
@NullMarked
package dev.sprocket.websocket.internal.metrics;

import org.jspecify.annotations.NullMarked;
