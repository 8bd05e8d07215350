/** Recovery of the clients of session stores. */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.internal.client;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
