/** Plugin with the endpoint for Prometheus. */
@NullMarked
package dev.sprocket.metrics.internal.plugin;

import org.jspecify.annotations.NullMarked;
