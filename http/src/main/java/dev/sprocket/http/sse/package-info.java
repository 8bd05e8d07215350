/** Server-Sent Events over a streamed response. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.sse;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
