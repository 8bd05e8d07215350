/**
 * Topics: one event to everybody who subscribed, under any protocol.
 *
 * <p>Where to start reading: {@link dev.sprocket.pubsub.Topics} and {@link dev.sprocket.pubsub.Topic}. {@link
 * dev.sprocket.pubsub.Publisher} is the component in which every bridge ends. Inside, {@code Lane} is the queue of one
 * event loop, {@code Publication} one event on its way, and {@code Run} several of them that leave together.
 */
@NullMarked
package dev.sprocket.pubsub;

import org.jspecify.annotations.NullMarked;
