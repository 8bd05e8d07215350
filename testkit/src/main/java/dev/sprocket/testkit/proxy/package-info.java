/** A proxy that disturbs the connections to a server. */
@CheckReturnValue
@NullMarked
package dev.sprocket.testkit.proxy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
