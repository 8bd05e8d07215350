/** Procedures and topics as annotated methods. */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp.annotation;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
