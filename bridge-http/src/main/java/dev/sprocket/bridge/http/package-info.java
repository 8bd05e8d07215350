/**
 * Bridge for backends that use HTTP.
 *
 * <p>Where to start: {@link dev.sprocket.bridge.http.HttpPush} handles requests on any router, {@link
 * dev.sprocket.bridge.http.HttpBridge} serves it on a separate port, {@link dev.sprocket.bridge.http.Backend} is an
 * authenticated sender.
 */
@CheckReturnValue
@NullMarked
package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
