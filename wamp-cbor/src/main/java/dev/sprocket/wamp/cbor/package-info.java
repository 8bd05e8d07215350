/**
 * CBOR for WAMP v2 ({@code wamp.2.cbor}): being on the class path is all that it takes. Start reading at {@link
 * dev.sprocket.wamp.cbor.CborSerializer}.
 */
@NullMarked
package dev.sprocket.wamp.cbor;

import org.jspecify.annotations.NullMarked;
