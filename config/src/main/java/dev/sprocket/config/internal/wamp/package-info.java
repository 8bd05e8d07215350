/** Configurable WAMP, realms, users and access rules. */
@NullMarked
package dev.sprocket.config.internal.wamp;

import org.jspecify.annotations.NullMarked;
