/**
 * Publish and subscribe: delivery of events to the subscribers of topics, over any protocol.
 *
 * <p>Entry points: {@link dev.sprocket.pubsub.Topics} and {@link dev.sprocket.pubsub.Topic}. {@link
 * dev.sprocket.pubsub.push.Publisher} is the component to which bridges deliver. Internally, {@code TopicState} is the
 * live state of a topic, {@code InFlightEvent} an event on its way to the subscribers of a topic, and {@code
 * EncodedRun} several events encoded into one buffer.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
