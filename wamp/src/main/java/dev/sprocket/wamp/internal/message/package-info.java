/** Messages of WAMP v2 and their encoding. */
@NullMarked
package dev.sprocket.wamp.internal.message;

import org.jspecify.annotations.NullMarked;
