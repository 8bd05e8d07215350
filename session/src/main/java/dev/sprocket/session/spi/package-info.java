/**
 * What is behind a session: {@link dev.sprocket.session.spi.SessionStore} has it as bytes, {@link
 * dev.sprocket.session.spi.SessionCodec} knows what they mean, {@link dev.sprocket.session.spi.SessionToken} says which one a
 * request is about.
 */
@NullMarked
package dev.sprocket.session.spi;

import org.jspecify.annotations.NullMarked;
