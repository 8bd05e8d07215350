/**
 * Service provider interface for serializers of WAMP v2.
 *
 * <p>Start with {@link dev.sprocket.wamp.spi.Serializer}.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
