/**
 * Session tokens in cookies, plain, signed or encrypted.
 *
 * <p>A {@link dev.sprocket.session.token.SessionToken} identifies the session of a request.
 */
@NullMarked
package dev.sprocket.session.token;

import org.jspecify.annotations.NullMarked;
