/** Servers, listening addresses and event loops. */
@NullMarked
package dev.sprocket.core.io;

import org.jspecify.annotations.NullMarked;
