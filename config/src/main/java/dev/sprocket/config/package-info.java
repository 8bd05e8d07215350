/**
 * Servers that are built from a configuration file.
 *
 * <p>{@link dev.sprocket.config.ConfiguredServer} reads a file, and {@link dev.sprocket.config.stack.Stack} builds a
 * stack in Java with instances from Guice.
 *
 * <p>Internals: {@code internal.schema} defines the keys of a file, {@code internal.listener} builds listening sockets
 * with their stacks and checks that adjacent layers fit, {@code internal.reload} replaces running stacks. {@code
 * internal.layer}, {@code internal.wamp} and {@code internal.session} register the factories of Sprocket.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
