/** Session tokens in cookies, plain, signed or encrypted. */
@NullMarked
package dev.sprocket.session.token;

import org.jspecify.annotations.NullMarked;
