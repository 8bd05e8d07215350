/**
 * Session tokens in cookies, plain, signed or encrypted.
 *
 * <p>A {@link dev.sprocket.session.token.SessionToken} identifies the session of a request.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.session.token;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
