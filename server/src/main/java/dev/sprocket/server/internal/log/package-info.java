/** Log output of the stand-alone server. */
@NullMarked
package dev.sprocket.server.internal.log;

import org.jspecify.annotations.NullMarked;
