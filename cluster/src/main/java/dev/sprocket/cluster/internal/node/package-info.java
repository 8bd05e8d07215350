/** Node side of a cluster: followed topics, rings and pending publishes. */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
