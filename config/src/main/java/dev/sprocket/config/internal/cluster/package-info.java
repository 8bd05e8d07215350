/** Nodes of a cluster that a configuration file describes. */
@CheckReturnValue
@NullMarked
package dev.sprocket.config.internal.cluster;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
