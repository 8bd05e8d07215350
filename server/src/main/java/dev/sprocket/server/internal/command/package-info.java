/** Commands of the stand-alone server. */
@NullMarked
package dev.sprocket.server.internal.command;

import org.jspecify.annotations.NullMarked;
