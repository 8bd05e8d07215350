/**
 * The stand-alone program: {@link dev.sprocket.server.Main} reads the command line, a {@code …Command} is each of its commands,
 * {@code Demo} is the demo site.
 */
@NullMarked
package dev.sprocket.server;

import org.jspecify.annotations.NullMarked;
