/**
 * Service provider interface for serializers of WAMP v2.
 *
 * <p>Start with {@link dev.sprocket.wamp.spi.Serializer}.
 */
@NullMarked
package dev.sprocket.wamp.spi;

import org.jspecify.annotations.NullMarked;
