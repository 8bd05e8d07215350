/**
 * MessagePack serializer for WAMP v2 ({@code wamp.2.msgpack}).
 *
 * <p>Available as soon as it is on the class path. Start with {@link dev.sprocket.wamp.msgpack.MsgpackSerializer}.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.wamp.msgpack;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
