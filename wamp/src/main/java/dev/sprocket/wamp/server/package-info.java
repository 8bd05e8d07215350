/** Servers of WAMP v1 and v2, and their realms. */
@NullMarked
package dev.sprocket.wamp.server;

import org.jspecify.annotations.NullMarked;
