/**
 * Interfaces for session stores and formats.
 *
 * <p>A {@link dev.sprocket.session.spi.SessionStore} reads the stored bytes, and a {@link
 * dev.sprocket.session.spi.SessionCodec} decodes them.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.spi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
