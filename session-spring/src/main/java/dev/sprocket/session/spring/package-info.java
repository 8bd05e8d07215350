/** Codec for Spring sessions in Java serialization. */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.spring;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
