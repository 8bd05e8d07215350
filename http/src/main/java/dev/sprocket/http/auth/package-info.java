/** Authentication and roles of users. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.auth;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
