/** Identifiers of WAMP: URIs, session ids and numbers. */
@NullMarked
package dev.sprocket.wamp.internal.id;

import org.jspecify.annotations.NullMarked;
