/**
 * CBOR serializer for WAMP v2 ({@code wamp.2.cbor}).
 *
 * <p>Available as soon as it is on the class path. Start with {@link dev.sprocket.wamp.cbor.CborSerializer}.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp.cbor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
