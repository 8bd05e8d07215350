/**
 * Components, connections and servers from which every stack is built.
 *
 * <p>Start with {@link dev.sprocket.core.MessageComponent}, which an application implements, {@link
 * dev.sprocket.core.Connection}, which it uses, and {@link dev.sprocket.core.io.IoServer}, which serves it. {@link
 * dev.sprocket.core.ForwardingComponent} is the base class of decorators, {@link
 * dev.sprocket.core.StatefulComponent} of components with state per connection, and {@link
 * dev.sprocket.core.AttributeKey} passes values from one layer to those above it. Protocol layers are built with {@code
 * dev.sprocket.core.spi}.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
