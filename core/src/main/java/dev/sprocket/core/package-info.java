/**
 * The bricks that every stack is made of.
 *
 * <p>Where to start reading: {@link dev.sprocket.core.MessageComponent} is what you write, {@link
 * dev.sprocket.core.Connection} is what it is handed, {@link dev.sprocket.core.IoServer} is what serves it. {@link
 * dev.sprocket.core.ForwardingComponent} is how a decorator is made, {@link dev.sprocket.core.AttributeKey} how one layer leaves a fact
 * for those above it. {@link
 * dev.sprocket.core.CommandComponent} is the other way to write an application: its callbacks return what should happen. Whoever writes a protocol layer goes on to {@code dev.sprocket.core.spi}.
 */
@NullMarked
package dev.sprocket.core;

import org.jspecify.annotations.NullMarked;
