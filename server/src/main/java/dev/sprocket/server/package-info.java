/** The stand-alone program: {@link dev.sprocket.server.Main} reads the command line, {@code Demo} is the demo site. */
@NullMarked
package dev.sprocket.server;

import org.jspecify.annotations.NullMarked;
