/** Codec of HTTP/1.1 messages. */
@NullMarked
package dev.sprocket.http.internal.h1;

import org.jspecify.annotations.NullMarked;
