/**
 * For those who bring another serialisation to WAMP v2: start with {@link dev.sprocket.wamp.spi.Serializer}.
 */
@NullMarked
package dev.sprocket.wamp.spi;

import org.jspecify.annotations.NullMarked;
