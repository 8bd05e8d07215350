/** Interfaces between the request loop, its codecs and the filters. */
@NullMarked
package dev.sprocket.http.internal.exchange;

import org.jspecify.annotations.NullMarked;
