/** TLS certificates, keys and options of servers. */
@CheckReturnValue
@NullMarked
package dev.sprocket.core.tls;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
