/** Engine of a socket: writes, reads and event loop iterations. */
@NullMarked
package dev.sprocket.core.internal.transport;

import org.jspecify.annotations.NullMarked;
