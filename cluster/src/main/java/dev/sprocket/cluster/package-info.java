/**
 * Several servers as one: nodes that share topics by an engine.
 *
 * <p>Entry point: {@link dev.sprocket.cluster.ClusterNode}, whose log is given to {@link dev.sprocket.pubsub.Topics}.
 * Engines implement {@link dev.sprocket.cluster.spi.Engine}.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.cluster;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
