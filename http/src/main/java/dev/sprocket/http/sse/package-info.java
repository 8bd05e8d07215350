/** Server-Sent Events over a streamed response. */
@NullMarked
package dev.sprocket.http.sse;

import org.jspecify.annotations.NullMarked;
