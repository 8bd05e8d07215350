/**
 * Building blocks of protocol layers.
 *
 * <p>Start with {@link dev.sprocket.core.spi.ProtocolLayer}, which installs handlers at a {@link
 * dev.sprocket.core.spi.LayerContext}, the position of a layer in the Netty pipeline. {@link
 * dev.sprocket.core.spi.ComponentInvoker} calls the component above and enforces the order of callbacks, {@link
 * dev.sprocket.core.spi.StackedConnection} is the connection that a layer passes on, {@link
 * dev.sprocket.core.spi.BorrowedMessages} creates the messages that it lends, and {@link
 * dev.sprocket.core.spi.LayerContext.Encoder} lets connections share encoded bytes.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.spi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
