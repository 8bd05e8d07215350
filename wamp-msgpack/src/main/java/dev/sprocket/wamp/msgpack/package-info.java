/**
 * MessagePack for WAMP v2 ({@code wamp.2.msgpack}): being on the class path is all that it takes. Start reading at {@link
 * dev.sprocket.wamp.msgpack.MsgpackSerializer}.
 */
@NullMarked
package dev.sprocket.wamp.msgpack;

import org.jspecify.annotations.NullMarked;
