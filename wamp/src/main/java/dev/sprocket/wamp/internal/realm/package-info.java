/** Realms at run time: routing, shared state, registry. */
@NullMarked
package dev.sprocket.wamp.internal.realm;

import org.jspecify.annotations.NullMarked;
