/** Syntax of URIs, authorities and dates. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.internal.syntax;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
