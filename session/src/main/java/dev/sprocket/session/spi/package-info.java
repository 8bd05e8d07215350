/**
 * Interfaces for session stores, formats and tokens.
 *
 * <p>A {@link dev.sprocket.session.spi.SessionStore} reads the stored bytes, a {@link
 * dev.sprocket.session.spi.SessionCodec} decodes them, and a {@link dev.sprocket.session.spi.SessionToken} identifies
 * the session of a request.
 */
@NullMarked
package dev.sprocket.session.spi;

import org.jspecify.annotations.NullMarked;
