/** Sessions of WAMP v2. */
@NullMarked
package dev.sprocket.wamp.internal.v2;

import org.jspecify.annotations.NullMarked;
