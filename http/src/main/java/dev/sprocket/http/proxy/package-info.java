/** Client addresses from headers of trusted proxies. */
@CheckReturnValue
@NullMarked
package dev.sprocket.http.proxy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
