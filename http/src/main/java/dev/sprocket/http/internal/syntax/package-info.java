/** Syntax of URIs, authorities and dates. */
@NullMarked
package dev.sprocket.http.internal.syntax;

import org.jspecify.annotations.NullMarked;
