/**
 * Signed tokens as sessions: what is in a JWT (RFC 7519) is the session, and no store is asked.
 *
 * <p>Where to start reading: {@link dev.sprocket.session.jwt.JwtToken} finds a token in a request and verifies it, by {@link
 * dev.sprocket.session.jwt.JwtKeys}.
 */
@NullMarked
package dev.sprocket.session.jwt;

import org.jspecify.annotations.NullMarked;
