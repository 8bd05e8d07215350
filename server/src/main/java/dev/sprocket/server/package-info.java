/**
 * Stand-alone server with a command line.
 *
 * <p>{@link dev.sprocket.server.Main} parses the command line, each {@code …Command} implements a command, and {@code
 * Demo} is the demo site.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.server;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
