/**
 * Signed tokens as sessions: the claims of a JWT (RFC 7519) are the session.
 *
 * <p>No store is needed. Start with {@link dev.sprocket.session.jwt.JwtToken}, which finds and verifies the token of
 * a request with keys from a secret, a PEM file or a JWKS file.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.jwt;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
