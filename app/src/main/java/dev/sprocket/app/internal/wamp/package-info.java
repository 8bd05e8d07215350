/** Configurable WAMP, realms, users and access rules. */
@NullMarked
package dev.sprocket.app.internal.wamp;

import org.jspecify.annotations.NullMarked;
