/**
 * Complete servers, built in Java or from a configuration file.
 *
 * <p>{@link dev.sprocket.app.App} wraps an application in the required layers, {@link
 * dev.sprocket.app.config.ConfiguredServer} reads a file, {@link dev.sprocket.app.stack.Layers} contains the layers for {@code
 * Stack}.
 *
 * <p>Internals: {@code ConfigSchema} defines the keys of a file, {@code ConfiguredListener} is a listening socket with
 * its stack, {@code StackBuilder} builds stacks and checks their types; {@code CorePlugin}, {@code HttpPlugin}, {@code
 * WampPlugin} and {@code SessionPlugin} register the factories of Sprocket.
 */
@NullMarked
package dev.sprocket.app;

import org.jspecify.annotations.NullMarked;
