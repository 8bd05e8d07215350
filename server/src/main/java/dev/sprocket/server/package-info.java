/**
 * Stand-alone server with a command line.
 *
 * <p>{@link dev.sprocket.server.Main} parses the command line, each {@code …Command} implements a command, and {@code
 * Demo} is the demo site.
 */
@NullMarked
package dev.sprocket.server;

import org.jspecify.annotations.NullMarked;
