/** Connections whose authentication can be renewed by a request. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.internal.auth;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
