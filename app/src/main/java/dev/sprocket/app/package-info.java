/**
 * Complete servers, built in Java or from a configuration file.
 *
 * <p>{@link dev.sprocket.app.App} wraps an application in the required layers. {@link
 * dev.sprocket.app.config.ConfiguredServer} reads a configuration file, and {@link dev.sprocket.app.stack.Layers}
 * contains the layers for {@code Stack}.
 *
 * <p>Internals: {@code internal.schema} defines the keys of a file, {@code internal.listener} builds listening sockets
 * with their stacks and checks that adjacent layers fit, {@code internal.reload} replaces running stacks. {@code
 * internal.layer}, {@code internal.wamp} and {@code internal.session} register the factories of Sprocket.
 */
@NullMarked
package dev.sprocket.app;

import org.jspecify.annotations.NullMarked;
