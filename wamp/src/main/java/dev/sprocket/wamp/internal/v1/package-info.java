/** Sessions and messages of WAMP v1. */
@NullMarked
package dev.sprocket.wamp.internal.v1;

import org.jspecify.annotations.NullMarked;
