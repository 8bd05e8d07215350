/**
 * The sessions of a site that is already there: who logged in to it is known to the components above.
 *
 * <p>Where to start reading: {@link dev.sprocket.session.SessionProvider} is the layer, between HTTP and WebSocket, and
 * {@link dev.sprocket.session.Session} what it states about a connection. Where sessions are kept, and how they are written
 * down, is behind the interfaces in {@code spi}.
 */
@NullMarked
package dev.sprocket.session;

import org.jspecify.annotations.NullMarked;
