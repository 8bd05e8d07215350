/** Codec of HTTP/2 streams. */
@NullMarked
package dev.sprocket.http.internal.h2;

import org.jspecify.annotations.NullMarked;
