/** Atomic updates, ids and attributes of session stores. */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.internal.store;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
